//! Names that cannot be guessed: clips behind a link, and uploads under way, are protected by nothing else.

/// Digits and letters without those that are mistaken for another (i, l, o, u).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of an id: 80 random bits.
pub const ID_LEN: usize = 16;

/// A new id of 16 characters.
pub fn new() -> anyhow::Result<String> {
    let mut bytes = [0; ID_LEN];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    Ok(letters(&bytes))
}

/// The id of the clip that an upload becomes. An upload becomes one clip, however often its publishing is asked for: an
/// answer that got lost makes no second clip. Nothing leads from it back to the upload.
pub fn of_upload(upload: &str) -> String {
    let hash = blake3::derive_key(
        "kinora-relay 2026-11 id of the clip of an upload",
        upload.as_bytes(),
    );
    letters(&hash[..ID_LEN])
}

/// Whether a text can be an id. Everything that reaches a path or a log was asked this before.
pub fn is_id(text: &str) -> bool {
    text.len() == ID_LEN && text.bytes().all(|b| LETTERS.contains(&b))
}

fn letters(bytes: &[u8]) -> String {
    let letter = |b: &u8| char::from(LETTERS[usize::from(b % 32)]);
    bytes.iter().map(letter).collect()
}
