//! Records on a pipe: arrays with a JSON header, one record after another.
//!
//! A record is the magic number `KWS1` (`u32`), the length of the JSON in bytes (`u32`), the JSON, then the arrays that
//! its key `parts` lists, in this order and without padding: `{"name": "plan", "type": "f32", "shape": [9, 116]}`. All
//! numbers are little endian; types are `u8` and `f32`. `kinora world --stream` and `kinora generate --stream` write
//! records, `kinora decode --stream` reads and writes them.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

/// First four bytes of a record, little endian.
const MAGIC: u32 = 0x4B57_5331;
/// The longest JSON and the most array bytes of a record that are read.
const MAX_JSON: usize = 1 << 24;
const MAX_BYTES: usize = 1 << 30;

/// A record under construction.
pub struct RecordWriter {
    header: Value,
    parts: Vec<Value>,
    body: Vec<u8>,
}

impl RecordWriter {
    /// Starts a record with a JSON object as its header and room for `capacity` bytes of arrays.
    pub fn new(header: Value, capacity: usize) -> Self {
        Self {
            header,
            parts: Vec::new(),
            body: Vec::with_capacity(capacity),
        }
    }

    /// Appends an array of bytes.
    pub fn bytes(&mut self, name: &str, shape: &[usize], values: &[u8]) {
        self.list(name, "u8", shape, values.len());
        self.body.extend_from_slice(values);
    }

    /// Appends an array of 32-bit floats.
    pub fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        self.list(name, "f32", shape, values.len());
        for value in values {
            self.body.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// The bytes of the record.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        self.header["parts"] = self.parts.into();
        let header = serde_json::to_vec(&self.header)?;
        let mut out = Vec::with_capacity(8 + header.len() + self.body.len());
        out.extend_from_slice(&MAGIC.to_le_bytes());
        out.extend_from_slice(&u32::try_from(header.len())?.to_le_bytes());
        out.extend_from_slice(&header);
        out.append(&mut self.body);
        Ok(out)
    }

    fn list(&mut self, name: &str, kind: &str, shape: &[usize], length: usize) {
        debug_assert_eq!(shape.iter().product::<usize>(), length, "{name}");
        let part = json!({ "name": name, "type": kind, "shape": shape });
        self.parts.push(part);
    }
}

/// A record that was read. Only its arrays of floats are kept.
pub struct Record {
    /// The JSON.
    pub header: Value,
    floats: HashMap<String, Vec<f32>>,
}

impl Record {
    /// Reads the next record; `None` at the end of the input.
    pub fn read(input: &mut impl Read) -> Result<Option<Self>> {
        let mut start = [0; 8];
        match input.read(&mut start[..1])? {
            0 => return Ok(None),
            _ => input.read_exact(&mut start[1..])?,
        }
        let [a, b, c, d, e, f, g, h] = start;
        ensure!(
            u32::from_le_bytes([a, b, c, d]) == MAGIC,
            "the input is no stream of records"
        );
        let length = u32::from_le_bytes([e, f, g, h]) as usize;
        ensure!(length <= MAX_JSON, "the header of a record is too long");
        let mut json = vec![0; length];
        input.read_exact(&mut json)?;
        let header: Value =
            serde_json::from_slice(&json).context("the header of a record is no JSON")?;
        let mut floats = HashMap::new();
        for part in header["parts"].as_array().into_iter().flatten() {
            let (name, values) = read_part(part, input)?;
            if let Some(values) = values {
                floats.insert(name, values);
            }
        }
        Ok(Some(Self { header, floats }))
    }

    /// Takes an array of floats out, if the record has it.
    pub fn take(&mut self, name: &str) -> Option<Vec<f32>> {
        self.floats.remove(name)
    }
}

/// Reads one array: its name, and its values where they are floats.
fn read_part(part: &Value, input: &mut impl Read) -> Result<(String, Option<Vec<f32>>)> {
    let name = part["name"].as_str().context("a part without a name")?;
    let sides = part["shape"].as_array().into_iter().flatten();
    let length = sides
        .map(|side| side.as_u64().and_then(|side| usize::try_from(side).ok()))
        .try_fold(1_usize, |length, side| length.checked_mul(side?))
        .filter(|length| *length <= MAX_BYTES / 4)
        .with_context(|| format!("{name} has no shape that can be read"))?;
    let width = match part["type"].as_str() {
        Some("f32") => 4,
        Some("u8") => 1,
        _ => bail!("{name} is neither u8 nor f32"),
    };
    let mut bytes = vec![0; length * width];
    input
        .read_exact(&mut bytes)
        .with_context(|| format!("the input ends inside {name}"))?;
    let floats = || bytes.as_chunks().0.iter().map(|it| f32::from_le_bytes(*it));
    Ok((name.to_owned(), (width == 4).then(|| floats().collect())))
}

/// Writes a record; false where the reader has closed the pipe.
pub fn send(out: &mut impl Write, record: &[u8]) -> Result<bool> {
    match out.write_all(record).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        result => result.map(|()| true).map_err(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Vec<u8> {
        let mut writer = RecordWriter::new(json!({ "seed": 7 }), 0);
        writer.bytes("frames", &[1, 2], &[3, 4]);
        writer.floats("plan", &[2, 2], &[0.5, -1.0, 2.0, 0.0]);
        writer.finish().unwrap()
    }

    #[test]
    fn records_are_read_as_they_were_written() {
        let twice = [record(), record()].concat();
        let mut input = twice.as_slice();
        for _ in 0..2 {
            let mut read = Record::read(&mut input).unwrap().unwrap();
            assert_eq!(read.header["seed"], 7);
            assert_eq!(read.take("plan"), Some(vec![0.5, -1.0, 2.0, 0.0]));
            assert_eq!(read.take("plan"), None);
            assert_eq!(read.take("frames"), None);
        }
        assert!(Record::read(&mut input).unwrap().is_none());
    }

    #[test]
    fn broken_records_are_errors() {
        let whole = record();
        for end in [3, 9, whole.len() - 1] {
            assert!(Record::read(&mut &whole[..end]).is_err(), "{end}");
        }
        assert!(Record::read(&mut &b"MP4 MP4 "[..]).is_err());
        let mut writer = RecordWriter::new(json!({}), 0);
        writer
            .parts
            .push(json!({ "name": "plan", "type": "f32", "shape": [1_u64 << 40, 1_u64 << 40] }));
        assert!(Record::read(&mut writer.finish().unwrap().as_slice()).is_err());
    }
}
