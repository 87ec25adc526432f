"""Series over ten hours, a value a minute: when all is well, and what is different when an alert is to be raised."""

from __future__ import annotations

from collections.abc import Mapping

_ROUTE = 'route="/s/<token>", instance="web1"'
_SENT = 'way="email", within="day", instance="web1"'

WELL: Mapping[str, str] = {
    'up{job="survey", instance="web1"}': "1x600",
    'up{job="survey", instance="web2"}': "1x600",
    'survey_ready{instance="web1"}': "1x600",
    'survey_disk_free_bytes{instance="web1"}': "9e9x600",
    'survey_index_key_wrong{instance="web1"}': "0x600",
    f'survey_http_request_seconds_count{{status="2xx", {_ROUTE}}}': "0+600x600",
    f'survey_http_request_seconds_count{{status="5xx", {_ROUTE}}}': "0+1x600",
    f'survey_http_request_seconds_bucket{{le="0.1", {_ROUTE}}}': "0+600x600",
    f'survey_http_request_seconds_bucket{{le="2.5", {_ROUTE}}}': "0+600x600",
    f'survey_http_request_seconds_bucket{{le="+Inf", {_ROUTE}}}': "0+600x600",
    'survey_worker_seen_seconds{instance="web1"}': "30x600",
    'survey_queue_up{instance="web1"}': "1x600",
    'survey_job_failures_total{job="send_messages", instance="web1"}': "3x600",
    'survey_job_succeeded_seconds{job="send_messages", instance="web1"}': "60x600",
    'survey_job_oldest_seconds{job="send_messages", instance="web1"}': "7200x600",
    'survey_job_oldest_seconds{job="analyse_comments", instance="web1"}': "60x600",
    'survey_job_oldest_seconds{job="fold_tallies", instance="web1"}': "60x600",
    'survey_job_oldest_seconds{job="seal_audit", instance="web1"}': "60x600",
    'survey_job_given_up{job="send_messages", instance="web1"}': "0x600",
    f'survey_messages_sent{{receipt="delivered", {_SENT}}}': "900x600",
    f'survey_messages_sent{{receipt="permanent-failure", {_SENT}}}': "20x600",
    'survey_answers{mode="web", within="day", instance="web1"}': "100x600",
    'survey_held_answers{instance="web1"}': "4x600",
    'survey_held_answers_oldest_seconds{instance="web1"}': "86400x600",
    'survey_follow_ups_overdue{instance="web1"}': "0x600",
}

# What is different, by the alert that it raises, and no other.
WRONG: Mapping[str, Mapping[str, str]] = {
    "SurveyNodeGone": {'up{job="survey", instance="web2"}': "0x600"},
    "SurveyNotReady": {'survey_ready{instance="web1"}': "0x600"},
    "SurveyErrors": {f'survey_http_request_seconds_count{{status="5xx", {_ROUTE}}}': "0+30x600"},
    "SurveySlowForResidents": {f'survey_http_request_seconds_bucket{{le="0.1", {_ROUTE}}}': "0+300x600"},
    "SurveyDiskNearlyFull": {'survey_disk_free_bytes{instance="web1"}': "1.5e9x600"},
    "SurveyKeyWrong": {'survey_index_key_wrong{instance="web1"}': "1x600"},
    "SurveyNoWorker": {'survey_worker_seen_seconds{instance="web1"}': "0+60x600"},
    "SurveyQueueGone": {'survey_queue_up{instance="web1"}': "0x600"},
    "SurveyJobFails": {'survey_job_failures_total{job="send_messages", instance="web1"}': "0+1x600"},
    "SurveyJobStuck": {'survey_job_succeeded_seconds{job="send_messages", instance="web1"}': "0+60x600"},
    "SurveyWorkWaits": {'survey_job_oldest_seconds{job="analyse_comments", instance="web1"}': "0+60x600"},
    "SurveyMessagesLate": {'survey_job_oldest_seconds{job="send_messages", instance="web1"}': "18000x600"},
    "SurveyGivenUp": {'survey_job_given_up{job="send_messages", instance="web1"}': "2x600"},
    "SurveyTalliesBehind": {'survey_job_oldest_seconds{job="fold_tallies", instance="web1"}': "1200x600"},
    "SurveyAuditUnsealed": {'survey_job_oldest_seconds{job="seal_audit", instance="web1"}': "1200x600"},
    "SurveyMessagesReturned": {f'survey_messages_sent{{receipt="permanent-failure", {_SENT}}}': "300x600"},
    "SurveyNobodyAnswers": {'survey_answers{mode="web", within="day", instance="web1"}': "0x600"},
    "SurveyAnswersHeld": {'survey_held_answers_oldest_seconds{instance="web1"}': "700000x600"},
    "SurveyFollowUpsOverdue": {'survey_follow_ups_overdue{instance="web1"}': "3x600"},
}
