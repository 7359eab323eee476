// A made-up service app: its key, what Okta says of it, what it may do.
import { ProblemError, type ProbeView, type ServiceAppSetup } from "../door";
import { problem } from "./org";

const keys = ["7xKq2Yt0aN4cQ9s1LmVb8RwZpE5uHdGj3oTfXiCyB6k", "p0WnC5rZ8vA2kTq7LxY4mJdHs9GfB1uEo3iRcN6tVbQ"];
let made = 0;

export const setup = (anew: boolean): ServiceAppSetup => {
  if (anew) made += 1;
  const kid = keys[made % keys.length]!;
  const publicKey = { use: "sig", alg: "ES256", kid, kty: "EC", crv: "P-256", x: "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", y: "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps" };
  return {
    keyId: kid,
    publicKey: JSON.stringify(publicKey, null, 2),
    planScopes: ["apps", "users", "groups", "schemas", "userTypes", "profileMappings", "policies", "logs", "roles", "appGrants"].map((area) => `okta.${area}.read`),
    runScopes: ["okta.apps.manage"],
    optionalScopes: [
      { scope: "okta.groups.manage", whatFor: "adds people to groups: needed for wave groups" },
      { scope: "okta.principalRateLimits.manage", whatFor: "raises Rehome's share of Okta's limits while waves run" },
    ],
  };
};

export const appProbes: ProbeView[] = [
  { title: "Scopes", tone: "review", words: "not granted: okta.logs.read, okta.apps.manage" },
  { title: "Role of this service app", tone: "review", words: "Read-only Administrator: enough to compare and map; moving people needs Application Administrator" },
  { title: "Read apps", tone: "good", words: "allowed" },
  { title: "Read who has an app", tone: "good", words: "allowed" },
  { title: "Read profile mappings", tone: "good", words: "allowed" },
  { title: "Read schemas", tone: "good", words: "allowed" },
  { title: "Read groups", tone: "good", words: "allowed" },
  { title: "Read the System Log", tone: "bad", words: "refused: grant okta.logs.read to the service app" },
];

export const notAccepted = (): never => {
  throw new ProblemError(
    problem(
      "credentialRejected",
      "Okta does not accept this service app",
      "The client id is not that of an active service app of this org, or the public key is not registered with it. Okta says: The client_assertion signature is invalid.",
      "In the Admin Console open the app, compare the client id, and look under General, Public Keys, whether the key that Rehome shows is there and active.",
      "POST /oauth2/v1/token was refused (401 invalid_client)",
    ),
  );
};
