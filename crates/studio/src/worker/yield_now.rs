//! Yields to the event loop between dispatches, without the four milliseconds that a timer costs.

use js_sys::{Function, Promise};
use kinora_engine::YieldFn;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessagePort};

/// Returns a function whose future resolves after all messages that have already arrived were handled.
///
/// It posts a message to the worker itself, which queues up behind those; timers and promises do not.
pub fn yield_fn() -> YieldFn {
    let Ok(channel) = MessageChannel::new() else {
        // Every browser with WebAssembly has channels. Without one, cancelling would be late.
        return Rc::new(|| Box::pin(async {}));
    };
    let waiting: Rc<RefCell<VecDeque<Function>>> = Rc::default();
    let arrived = waiting.clone();
    let on_message = Closure::<dyn FnMut()>::new(move || {
        let next = arrived.borrow_mut().pop_front();
        if let Some(resolve) = next {
            // Resolving a promise cannot throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    channel
        .port1()
        .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // One channel serves the worker for its lifetime.
    on_message.forget();
    let port = channel.port2();
    Rc::new(move || Box::pin(yield_now(port.clone(), waiting.clone())))
}

async fn yield_now(port: MessagePort, waiting: Rc<RefCell<VecDeque<Function>>>) {
    let handled = Promise::new(&mut |resolve, _| waiting.borrow_mut().push_back(resolve));
    if port.post_message(&JsValue::NULL).is_ok() {
        // The promise is never rejected.
        let _ = JsFuture::from(handled).await;
    }
}
