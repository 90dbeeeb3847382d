// Keeps what is typed in a form, before anybody saves it, so that a lost session, a closed tab or a flat battery loses
// no more than the last seconds. Without this script forms work as they do with it: Save saves.
//
// A form asks for it by `data-keep`, the address that keeps its fields, and says what became of it in the element with
// `data-keep-status` inside, which screen readers read out.

/** What is typed is kept when nobody has typed for so long, and at the latest so long after the first key. */
const PAUSE = 1500;
const LONGEST = 10_000;
/** What could not be kept is tried again. */
const AGAIN = 5000;
/** Save waits no longer than this for what is on its way. */
const PATIENCE = 2000;

export function keepTypedForms() {
  for (const form of document.querySelectorAll('form[data-keep]')) keepTyped(form);
}

function keepTyped(form) {
  const status = form.querySelector('[data-keep-status]');
  const read = () => new URLSearchParams(new FormData(form)).toString();
  let kept = read();
  let timer = 0;
  let since = 0;
  let sending = null;
  let isSaving = false;

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  };

  async function keep() {
    clearTimeout(timer);
    const typed = read();
    if (isSaving || sending || typed === kept) return;
    since = 0;
    sending = send(typed);
    await sending;
    sending = null;
    if (kept !== read() && kept === typed) plan(PAUSE);
  }

  async function send(typed) {
    try {
      const answer = await fetch(form.dataset.keep, { method: 'POST', body: new URLSearchParams(typed) });
      const { pathname, search } = new URL(answer.url);
      // A session that has ended leads to the page to sign in, and from there to what was kept.
      const isKept = answer.ok && (pathname !== '/sign-in' || decodeURIComponent(search).includes('/kept/'));
      if (isKept) {
        kept = typed;
        say(`Kept at ${timeNow()}. It is not saved yet.`);
      } else if (pathname === '/sign-in') {
        say('Not kept: you are signed out. Send the form, and sign in again.');
      } else {
        say('Not kept yet. We will try again.');
        plan(AGAIN);
      }
    } catch {
      say('Not kept: you are not connected. We will try again.');
      plan(AGAIN);
    }
  }

  form.addEventListener('input', () => {
    since ||= Date.now();
    plan(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  });
  form.addEventListener('focusout', ({ relatedTarget }) => {
    // Whoever goes to the button is about to save.
    if (relatedTarget?.form !== form || relatedTarget.type !== 'submit') keep();
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!sending) {
      isSaving = true;
      return;
    }
    // What is on its way would be kept after it was saved, and be shown as typed and not saved.
    event.preventDefault();
    if (isSaving) return;
    isSaving = true;
    const { submitter } = event;
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    Promise.race([sending, patience]).then(() => {
      sending = null;
      form.requestSubmit(submitter);
    });
  });
  window.addEventListener('online', keep);
  // Back from the page that Save led to: the form is as it was, and may be typed in again.
  window.addEventListener('pageshow', () => {
    isSaving = false;
  });
}

function timeNow() {
  return new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
