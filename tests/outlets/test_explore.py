import pytest, time
from tests.outlets.council import *
from tests.outlets.placed import *
from tests.test_templates import Inside
def words(h): return " ".join(Inside(h).text.split())

def test_look(councils):
    t=time.time(); s=councils(SITUATIONS[0]); print("made", time.time()-t)
    t=time.time(); s2=councils(SITUATIONS[-1]); print("made", time.time()-t)
    for s in (s,s2):
     with s.app.app_context():
      for p in ["/dashboards/?period=2025/26","/dashboards/services/housing?period=2025-10","/dashboards/channels/phone?period=2025/26","/dashboards/sites/riverside?period=2025/26","/dashboards/screen?period=2025/26","/dashboards/measures/satisfaction?period=2025/26","/dashboards/compare?period=2025/26","/dashboards/last-year?year=2025/26","/figures/satisfaction~2025-03-30~2025-03-30", "/dashboards/digests/preview?rhythm=monthly", "/dashboards/control","/dashboards/funnel?period=2025/26","/dashboards/tables?year=2025/26","/dashboards/services/housing?period=2025/26","/dashboards/channels?period=2025/26","/dashboards/sites?period=2025/26","/dashboards/drivers?period=2025/26"]:
        t=time.time(); a=s.lead.get(p); 
        print("=====",p,a.status_code,round(time.time()-t,2)); print(words(a.text)[:6000])
      a=s.adviser.get("/dashboards/my-team?period=2025/26"); print("=====team",a.status_code); print(words(a.text)[:3000])
      print(s.lead.get("/dashboards/overview.csv?period=2025/26").text[:3000])
      r=s.runner.invoke(args="measures show satisfaction --from 2025-04-01 --to 2026-03-31 --by service".split()); print(r.output)
