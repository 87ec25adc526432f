// A real, certified OpenID Connect provider (oidc-provider) with people who have tenant, object and roles as in Entra ID.
// Usage: node provider.mjs PORT CALLBACK SIGNED_OUT. It listens on loopback alone and says "ready" when it does.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [port, callback, signedOut] = process.argv.slice(2);
const TENANT = "11111111-2222-4333-8444-555555555555";
const BASE = `/${TENANT}/v2.0`;
const ISSUER = `http://127.0.0.1:${port}${BASE}`;
const PEOPLE = {
  asif: { name: "Asif Khan", oid: "00000000-0000-4000-8000-00000000000a", roles: ["cse_lead", "Other.App.Role"] },
  mair: { name: "Mair Hughes", oid: "00000000-0000-4000-8000-00000000000b", roles: ["service_manager:housing"] },
  nadia: { name: "Nadia Malik", oid: "00000000-0000-4000-8000-00000000000c", roles: [] },
};

const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: "survey",
      client_secret: "a secret of the tests",
      redirect_uris: [callback],
      post_logout_redirect_uris: [signedOut],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  pkce: { required: () => true },
  conformIdTokenClaims: false, // as Entra ID does: profile and roles stand in the ID token itself
  scopes: ["openid", "profile", "email"],
  claims: { openid: ["sub", "tid", "oid", "roles"], profile: ["name", "preferred_username"], email: ["email"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: `pairwise-${id}`,
      tid: TENANT,
      email: `${id}@anyborough.example`,
      preferred_username: `${id}@anyborough.example`,
      ...PEOPLE[id],
    }),
  }),
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["of the tests"] },
});

const handle = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith(`${BASE}/`)) {
    response.writeHead(404).end();
    return;
  }
  request.originalUrl = request.url; // from it the provider learns below which path it stands
  request.url = request.url.slice(BASE.length);
  handle(request, response);
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
