//! The device key: made by WebCrypto, kept in IndexedDB as a key that no script can read, used to sign requests.

use crate::platform;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use kinora_contract::signing::{KeyAlgorithm, PublicKey};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CryptoKey, CryptoKeyPair, IdbDatabase, IdbRequest, IdbTransactionMode, SubtleCrypto,
};

const DATABASE: &str = "kinora";
const STORE: &str = "keys";
const NAME: &str = "device";

/// Why there is no key, as a sentence that says what to do.
pub type Refusal = String;

/// The key of this browser.
#[derive(Clone, Debug)]
pub struct DeviceKey {
    pair: CryptoKeyPair,
    /// What relays see.
    pub public: PublicKey,
}

impl DeviceKey {
    /// The key, made at the first call.
    pub async fn get() -> Result<Self, Refusal> {
        let database = open().await.map_err(|error| no_store(&error))?;
        let pair = match read(&database).await.map_err(|error| no_store(&error))? {
            Some(pair) => pair,
            None => {
                let made = make().await?;
                match write(&database, &made).await {
                    Ok(()) => made,
                    // Another tab was faster: its key is the one.
                    Err(error) => read(&database)
                        .await
                        .ok()
                        .flatten()
                        .ok_or_else(|| no_store(&error))?,
                }
            }
        };
        let public = public(&pair).await?;
        Ok(Self { pair, public })
    }

    /// The signature of a message: 64 bytes.
    pub async fn sign(&self, message: &[u8]) -> Result<[u8; 64], Refusal> {
        let how = match self.public.algorithm() {
            KeyAlgorithm::Ed25519 => object(&[("name", "Ed25519")]),
            KeyAlgorithm::P256 => object(&[("name", "ECDSA"), ("hash", "SHA-256")]),
        };
        let key = self.pair.get_private_key();
        let message = Uint8Array::from(message);
        let signed = subtle()?
            .sign_with_object_and_js_u8_array(&how, &key, &message)
            .map_err(|error| no_signature(&error))?;
        let signed = JsFuture::from(signed)
            .await
            .map_err(|error| no_signature(&error))?;
        let bytes = Uint8Array::new(&signed).to_vec();
        bytes.try_into().map_err(|_| no_signature(&JsValue::NULL))
    }
}

/// Random bytes that nobody can guess.
pub fn nonce<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    let crypto = window().crypto().map_err(|_| INSECURE)?;
    crypto
        .get_random_values_with_u8_array(&mut bytes)
        .map_err(|_| INSECURE)?;
    Ok(bytes)
}

const INSECURE: &str =
    "Sharing needs a secure page. Open Kinora by https, or at http://localhost, and try again.";

fn subtle() -> Result<SubtleCrypto, Refusal> {
    let subtle = window().crypto().map_err(|_| INSECURE)?.subtle();
    if subtle.is_undefined() {
        return Err(INSECURE.to_owned());
    }
    Ok(subtle)
}

/// Ed25519, or P-256 where the browser has no Ed25519.
async fn make() -> Result<CryptoKeyPair, Refusal> {
    let ed25519 = object(&[("name", "Ed25519")]);
    let p256 = object(&[("name", "ECDSA"), ("namedCurve", "P-256")]);
    match generate(&ed25519).await {
        Ok(pair) => Ok(pair),
        Err(_) => generate(&p256).await.map_err(|error| {
            let words = platform::error_text(&error);
            format!("This browser could not make a key to sign with ({words}). Try another browser; the clip can be downloaded.")
        }),
    }
}

async fn generate(how: &Object) -> Result<CryptoKeyPair, JsValue> {
    let uses = Array::of2(&"sign".into(), &"verify".into());
    let subtle = subtle().map_err(JsValue::from)?;
    let pair = subtle.generate_key_with_object(how, false, &uses)?;
    Ok(JsFuture::from(pair).await?.unchecked_into())
}

async fn public(pair: &CryptoKeyPair) -> Result<PublicKey, Refusal> {
    let key: CryptoKey = pair.get_public_key();
    let name = platform::property(&platform::property(&key, "algorithm"), "name");
    let algorithm = if name.as_string().as_deref() == Some("Ed25519") {
        KeyAlgorithm::Ed25519
    } else {
        KeyAlgorithm::P256
    };
    let raw = subtle()?
        .export_key("raw", &key)
        .map_err(|error| no_signature(&error))?;
    let raw = JsFuture::from(raw)
        .await
        .map_err(|error| no_signature(&error))?;
    let raw = Uint8Array::new(&raw).to_vec();
    PublicKey::new(algorithm, &raw).map_err(|error| no_signature(&error.to_string().into()))
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = window().indexed_db()?.ok_or(JsValue::NULL)?;
    let request = factory.open_with_u32(DATABASE, 1)?;
    let fresh = request.clone();
    let upgrade = Closure::once_into_js(move || {
        let database: Option<IdbDatabase> = fresh.result().ok().map(JsCast::unchecked_into);
        // Without its store, reading fails, and that is told.
        let _ = database.map(|database| database.create_object_store(STORE));
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    Ok(settled(&request).await?.unchecked_into())
}

async fn read(database: &IdbDatabase) -> Result<Option<CryptoKeyPair>, JsValue> {
    let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
    let found = settled(&store.get(&NAME.into())?).await?;
    Ok((!found.is_undefined()).then(|| found.unchecked_into()))
}

/// Fails where there is a key already.
async fn write(database: &IdbDatabase, pair: &CryptoKeyPair) -> Result<(), JsValue> {
    let store = database
        .transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?
        .object_store(STORE)?;
    settled(&store.add_with_key(pair, &NAME.into())?)
        .await
        .map(drop)
}

/// A request's result, or its error.
async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let (good, bad) = (request.clone(), request.clone());
        let done = Closure::once_into_js(move || {
            resolve.call1(&JsValue::NULL, &good.result().unwrap_or_default())
        });
        let failed = Closure::once_into_js(move || {
            let error = bad.error().ok().flatten();
            reject.call1(&JsValue::NULL, &error.map_or(JsValue::NULL, Into::into))
        });
        request.set_onsuccess(Some(done.unchecked_ref()));
        request.set_onerror(Some(failed.unchecked_ref()));
    });
    JsFuture::from(promise).await
}

fn object(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // A property of a fresh plain object can always be set.
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object
}

fn no_store(error: &JsValue) -> Refusal {
    let words = platform::error_text(error);
    format!(
        "This browser keeps no key here ({words}), so nothing could be published. Leave private browsing, or download the clip."
    )
}

fn no_signature(error: &JsValue) -> Refusal {
    let words = platform::error_text(error);
    format!("This browser could not sign the request ({words}). Reload the page and try again.")
}
