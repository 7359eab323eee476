use expect_test::{Expect, expect};
use serde_json::json;

use super::*;

fn check(rule: &Value, expected: Expect) {
    let names = [
        ("00g1", "Sales"),
        ("00u1", "Ada Lovelace"),
        ("nzo1", "Office"),
        ("nzo2", "Tor"),
        ("dae1", "Encrypted disk"),
        ("oty2", "Contractor"),
    ];
    let names = names.map(|(id, name)| (id.to_owned(), name.to_owned())).into();
    expected.assert_eq(&policy_words(rule, &names).line());
}

fn allow(method: Value, conditions: Value) -> Value {
    json!({"name": "r", "status": "ACTIVE", "conditions": conditions,
        "actions": {"appSignOn": {"access": "ALLOW", "verificationMethod": method}}})
}

#[test]
fn who_and_when() {
    let method = json!({"type": "ASSURANCE", "factorMode": "1FA", "reauthenticateIn": "PT2H"});
    check(
        &allow(
            method.clone(),
            json!({"people": {"groups": {"include": ["00g1", "00g9"]}, "users": {"exclude": ["00u1"]}},
                "userType": {"include": [], "exclude": ["oty2"]},
                "network": {"connection": "ZONE", "include": ["nzo1"], "exclude": ["nzo2"]},
                "platform": {"include": [{"type": "MOBILE", "os": {"type": "IOS"}}, {"type": "DESKTOP", "os": {"type": "OTHER", "expression": "X.*"}}], "exclude": []},
                "device": {"registered": true, "managed": true, "assurance": {"include": ["dae1"]}},
                "riskScore": {"level": "LOW"}, "elCondition": {"condition": "user.profile.department == 'Sales'"},
                "newThing": {"x": 1}}),
        ),
        expect![
            "Members of 00g9 or Sales except Ada Lovelace and people of the type Contractor, from Office but not from Tor, on iOS (mobile) or another system (desktop) matching X.*, on a device that is registered in Okta and managed and passing Encrypted disk, at low risk, if user.profile.department == 'Sales', newThing {\"x\":1}: one factor, again every 2 hours"
        ],
    );
    // As recorded: conditions that narrow nothing down say nothing.
    check(
        &allow(
            method,
            json!({"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"},
                "platform": {"include": [{"type": "ANY", "os": {"type": "ANY"}}]},
                "riskScore": {"level": "ANY"}, "userType": {"include": [], "exclude": []}}),
        ),
        expect!["Everybody: one factor, again every 2 hours"],
    );
    check(
        &json!({"name": "Catch-all Rule", "priority": 99, "system": true, "conditions": null, "status": "INACTIVE",
            "actions": {"appSignOn": {"access": "DENY"}}}),
        expect!["Everybody, whenever no rule above applies: denied (inactive: Okta skips it)"],
    );
}

#[test]
fn what_is_asked_for() {
    let recorded = json!({"type": "ASSURANCE", "factorMode": "2FA", "reauthenticateIn": "PT0S", "inactivityPeriod": "PT1H",
        "constraints": [{"knowledge": {"reauthenticateIn": "PT0S", "required": true, "types": ["password"]},
            "possession": {"excludedAuthenticationMethods": [{"key": "okta_email", "method": "email"}],
                "required": false, "userPresence": "REQUIRED", "userVerification": "OPTIONAL", "phishingResistant": "REQUIRED"}}]});
    check(
        &allow(recorded, json!({})),
        expect![
            "Everybody: two factors of different kinds, something known by password (again at every sign-in) and something owned phishing-resistant, with the person present but not okta_email (email) (if asked for), again at every sign-in, again after 1 hour without use"
        ],
    );
    let chain = json!({"type": "AUTH_METHOD_CHAIN", "reauthenticateIn": "PT43800H", "chains": [
        {"authenticationMethods": [{"key": "okta_password", "method": "password"}],
            "next": [{"authenticationMethods": [{"key": "phone_number", "method": "sms"}]}]},
        {"authenticationMethods": [{"key": "webauthn", "method": "webauthn", "userVerification": "REQUIRED"}], "reauthenticateIn": "PT2H10M"}]});
    check(
        &allow(chain, json!({})),
        expect![
            "Everybody: okta_password (password), then phone_number (sms), or webauthn with PIN or biometrics (again every 2 hours and 10 minutes), again practically never"
        ],
    );
    let mut stays = allow(
        json!({"type": "ASSURANCE", "factorMode": "2FA", "reauthenticateIn": "P1D"}),
        json!({}),
    );
    stays["actions"]["appSignOn"]["keepMeSignedIn"] =
        json!({"postAuth": "ALLOWED", "postAuthPromptFrequency": "PT168H"});
    check(
        &stays,
        expect![
            "Everybody: two factors of different kinds, again every day, staying signed in is offered, asked every 7 days"
        ],
    );
    check(
        &allow(json!({"type": "ID_PROOFING", "id": "idp1"}), json!({})),
        expect!["Everybody: ID_PROOFING, {\"id\":\"idp1\"}"],
    );
    check(
        &json!({"name": "odd"}),
        expect!["Everybody: nothing that Rehome has words for"],
    );
}
