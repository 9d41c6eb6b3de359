"use strict";
// The app is for the keyboard: as soon as it is there, and whenever the window is looked at
// again, what is typed goes to it.
function listen() {
  if (!document.body || !document.body.classList.contains("-first-byte")) return;
  const typed = document.querySelector(".xterm-helper-textarea");
  if (typed) typed.focus();
}
new MutationObserver(listen).observe(document.documentElement, {
  attributes: true, attributeFilter: ["class"], subtree: true,
});
window.addEventListener("focus", listen);
document.addEventListener("click", listen);
