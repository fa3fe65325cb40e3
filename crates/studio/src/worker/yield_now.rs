//! Letting the event loop in between two pieces of work, without the four milliseconds that a timer costs.

use js_sys::{Function, Promise};
use kinora_engine::YieldFn;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessagePort};

/// A function whose future ends when every message that has already arrived was handled.
///
/// A message posted to oneself queues up behind those; timers and promises do not.
pub fn breath() -> YieldFn {
    let Ok(channel) = MessageChannel::new() else {
        // Every browser with WebAssembly has channels; without one only cancelling would be late.
        return Rc::new(|| Box::pin(async {}));
    };
    let waiting: Rc<RefCell<VecDeque<Function>>> = Rc::default();
    let arrived = waiting.clone();
    let hear = Closure::<dyn FnMut()>::new(move || {
        let next = arrived.borrow_mut().pop_front();
        if let Some(resolve) = next {
            // Resolving a promise cannot throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    channel
        .port1()
        .set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // One channel serves the worker as long as it lives.
    hear.forget();
    let port = channel.port2();
    Rc::new(move || Box::pin(breathe(port.clone(), waiting.clone())))
}

async fn breathe(port: MessagePort, waiting: Rc<RefCell<VecDeque<Function>>>) {
    let turn = Promise::new(&mut |resolve, _| waiting.borrow_mut().push_back(resolve));
    if port.post_message(&JsValue::NULL).is_ok() {
        // The promise is only ever resolved.
        let _ = JsFuture::from(turn).await;
    }
}
