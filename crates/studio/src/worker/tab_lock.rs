//! One clip at a time across all tabs of the origin, by the browser's own lock.

use crate::platform::{self, Locks};
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

const NAME: &str = "kinora.generate";

/// The right to generate; given back when dropped, and by the browser when the worker ends.
pub struct Turn {
    give_back: Option<Function>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(give_back) = &self.give_back {
            // Resolving a promise cannot throw.
            let _ = give_back.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Takes the turn. If another tab has it, says so by `wait` and waits; `None` when aborted meanwhile.
pub async fn take(abort: &AbortController, wait: impl FnOnce()) -> Option<Turn> {
    let Some(locks) = platform::locks() else {
        // An insecure page has no locks and no store to share either.
        return Some(Turn { give_back: None });
    };
    let at_once = request(&locks, &option("ifAvailable", &JsValue::TRUE)).await;
    if at_once.is_some() {
        return at_once;
    }
    wait();
    let signal: AbortSignal = abort.signal();
    request(&locks, &option("signal", &signal)).await
}

/// One request: `None` when the lock is taken or the request was aborted.
async fn request(locks: &Locks, options: &Object) -> Option<Turn> {
    let give_back: Rc<RefCell<Option<Function>>> = Rc::default();
    let keep = give_back.clone();
    let answer = Promise::new(&mut |resolve, _| {
        let keep = keep.clone();
        let got = resolve.clone();
        let held = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let held = Promise::new(&mut |release, _| *keep.borrow_mut() = Some(release));
            // Resolving a promise cannot throw.
            let _ = got.call1(&JsValue::UNDEFINED, &(!lock.is_null()).into());
            if lock.is_null() {
                JsValue::UNDEFINED
            } else {
                held.into()
            }
        });
        let refused = Closure::once_into_js(move |_: JsValue| {
            let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
        });
        if let Ok(request) = locks.request(NAME, options, held.unchecked_ref()) {
            let then: Function = platform::property(&request, "catch").unchecked_into();
            // `catch` of a promise returns another one and does not throw.
            let _ = then.call1(&request, &refused);
        }
    });
    let got = JsFuture::from(answer).await.ok()?.is_truthy();
    let give_back = give_back.borrow_mut().take();
    got.then_some(Turn { give_back })
}

fn option(name: &str, value: &JsValue) -> Object {
    let options = Object::new();
    // A property of a fresh plain object can always be set.
    let _ = Reflect::set(&options, &name.into(), value);
    options
}
