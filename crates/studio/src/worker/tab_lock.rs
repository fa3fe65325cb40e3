//! A lock across all tabs of the origin: one generates at a time.

use crate::platform::{self, Locks};
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

const NAME: &str = "kinora.generate";

/// The lock; released on drop, and by the browser when the worker ends.
pub struct TabLock {
    release: Option<Function>,
}

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // Resolving a promise cannot throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Acquires the lock. If another tab holds it, calls `on_wait` and waits. Returns `None` when aborted.
pub async fn acquire(abort: &AbortController, on_wait: impl FnOnce()) -> Option<TabLock> {
    let Some(locks) = platform::locks() else {
        // An insecure page has no locks, and no storage to share either.
        return Some(TabLock { release: None });
    };
    let at_once = request(&locks, &option("ifAvailable", &JsValue::TRUE)).await;
    if at_once.is_some() {
        return at_once;
    }
    on_wait();
    let signal: AbortSignal = abort.signal();
    request(&locks, &option("signal", &signal)).await
}

/// Makes one request. Returns `None` if another tab holds the lock or the request was aborted.
async fn request(locks: &Locks, options: &Object) -> Option<TabLock> {
    let release: Rc<RefCell<Option<Function>>> = Rc::default();
    let slot = release.clone();
    let answer = Promise::new(&mut |resolve, _| {
        let slot = slot.clone();
        let granted = resolve.clone();
        let on_lock = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let held = Promise::new(&mut |resolve, _| *slot.borrow_mut() = Some(resolve));
            // Resolving a promise cannot throw.
            let _ = granted.call1(&JsValue::UNDEFINED, &(!lock.is_null()).into());
            if lock.is_null() {
                JsValue::UNDEFINED
            } else {
                held.into()
            }
        });
        let on_abort = Closure::once_into_js(move |_: JsValue| {
            let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
        });
        if let Ok(request) = locks.request(NAME, options, on_lock.unchecked_ref()) {
            let catch: Function = platform::property(&request, "catch").unchecked_into();
            // `catch` of a promise returns another one and does not throw.
            let _ = catch.call1(&request, &on_abort);
        }
    });
    let granted = JsFuture::from(answer).await.ok()?.is_truthy();
    let release = release.borrow_mut().take();
    granted.then_some(TabLock { release })
}

fn option(name: &str, value: &JsValue) -> Object {
    let options = Object::new();
    // A property of a fresh plain object can always be set.
    let _ = Reflect::set(&options, &name.into(), value);
    options
}
