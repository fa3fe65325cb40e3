//! Opening a model: manifest and files → a model of its family.

use std::collections::BTreeMap;

use kinora_contract::Manifest;
use kinora_model::OpenError;
use kinora_model_starter::Starter;
use kinora_model_toy::Toy;

use crate::any::AnyModel;

/// Name of a model's manifest, beside its files.
pub const MANIFEST_NAME: &str = "model.json";

/// Name of the starter's family, whose recipes take resolved scenes.
pub const FAMILY_STARTER: &str = "starter";

/// Bytes of a model's files, by name.
pub type ModelFiles = BTreeMap<String, Vec<u8>>;

/// Parses and checks a manifest.
pub fn parse_manifest(json: &str) -> Result<Manifest, OpenError> {
    let manifest: Manifest = serde_json::from_str(json).map_err(|e| OpenError::File {
        name: MANIFEST_NAME.to_owned(),
        reason: e.to_string(),
    })?;
    manifest.validate()?;
    Ok(manifest)
}

/// Opens a model; every file of the manifest must be there and match its hash.
pub fn open(manifest: Manifest, files: &ModelFiles) -> Result<AnyModel, OpenError> {
    manifest.validate()?;
    for file in &manifest.files {
        let bytes = files.get(&file.name);
        let bytes = bytes.ok_or_else(|| OpenError::Missing(file.name.clone()))?;
        file.verify(bytes)?;
    }
    match manifest.family.as_str() {
        FAMILY_STARTER => Ok(AnyModel::Starter(Starter::from_files(manifest, files)?)),
        "toy" => Ok(AnyModel::Toy(Toy::from_files(manifest, files)?)),
        other => Err(OpenError::Family(other.to_owned())),
    }
}
