//! The logo of an app. The picture is looked at and thrown away: nobody sees it here.

use crate::{
    errors::{Refusal, invalid, missing_parameter},
    reply::{Answer, Call, Reply},
    state::Org,
};

const MOST_BYTES: usize = 1 << 20;

impl Org {
    pub(crate) fn upload_logo(&mut self, call: &Call<'_>, app: &str) -> Answer {
        self.known_app(app)?;
        let picture = file(call)?;
        if picture.len() >= MOST_BYTES {
            return Err(invalid("file", "The file must be smaller than 1 MB."));
        }
        if !is_picture(picture) {
            return Err(invalid("file", "The file must be a PNG, JPG, SVG or GIF."));
        }
        let address = format!("{}/fs/bco/4/{}", call.base, self.ids.next("fs0"));
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.logo = Some(address.clone());
        }
        let mut reply = Reply::empty().status(201);
        reply.headers.push(("Location", address));
        Ok(reply)
    }
}

/// The part named `file` of a multipart body.
fn file<'a>(call: &Call<'a>) -> Result<&'a [u8], Refusal> {
    let boundary = call
        .content_type
        .strip_prefix("multipart/form-data")
        .and_then(|it| it.split(';').find_map(|part| part.trim().strip_prefix("boundary=")))
        .map(|it| format!("--{}", it.trim_matches('"')));
    let boundary = boundary.ok_or_else(|| missing_parameter("file"))?;
    let mut rest = call.raw;
    while let Some(start) = position(rest, boundary.as_bytes()) {
        rest = &rest[start + boundary.len()..];
        let Some(head) = position(rest, b"\r\n\r\n") else { break };
        let end = position(rest, format!("\r\n{boundary}").as_bytes()).unwrap_or(rest.len());
        if position(&rest[..head], b"name=\"file\"").is_some() && end >= head + 4 {
            return Ok(&rest[head + 4..end]);
        }
    }
    Err(missing_parameter("file"))
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn is_picture(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"GIF8")
        || text.starts_with(b"<svg")
        || (text.starts_with(b"<?xml") && position(text, b"<svg").is_some())
}
