//! The transcript has every call that was answered, as it was sent and answered.

use rehome_practice::{Fault, Options};
use serde_json::{Value, json};

use crate::{Bench, manual};

#[tokio::test]
async fn every_answered_call_is_a_line() {
    let file = std::env::temp_dir().join(format!("practice-transcript-{}.jsonl", std::process::id()));
    std::fs::remove_file(&file).ok();
    let bench = Bench::with(Options {
        transcript: Some(file.clone()),
        ..manual()
    })
    .await;
    bench.get("/api/v1/apps?limit=1&q=zen%20d").await.ok();
    let user = bench.plain(1).remove(0);
    let assign = format!("/api/v1/apps/{}/users", bench.new_app());
    let assigned = bench.post(&assign, json!({ "id": user })).await.ok();
    bench.get("/practice/planted").await.ok();
    bench.control().faults().arm(Fault::ResetAfter, "GET", "/users/me", 1);
    bench.send("GET", "/api/v1/users/me", None).await.expect_err("cut off");
    bench.get("/api/v1/nowhere").await.refused(404, "E0000007");

    let text = std::fs::read_to_string(&file).expect("a transcript");
    let lines: Vec<Value> = text.lines().map(|line| line.parse().expect("JSON")).collect();
    assert_eq!(lines.len(), 3, "neither the console nor what was cut off");
    assert_eq!(lines[0]["url"], "/api/v1/apps?limit=1&q=zen%20d");
    assert_eq!((&lines[0]["request"], &lines[0]["status"]), (&Value::Null, &json!(200)));
    assert_eq!(
        lines[1],
        json!({ "method": "POST", "url": assign, "request": { "id": user }, "status": 200, "response": assigned })
    );
    assert_eq!(lines[2]["status"], 404);
    std::fs::remove_file(&file).ok();
}

#[test]
fn options_do_not_print_the_token() {
    let options = Options {
        token: Some("00secret".into()),
        ..Options::default()
    };
    let text = format!("{options:?}");
    assert!(!text.contains("00secret") && text.contains("transcript"), "{text}");
}
