"use strict";

/* keys: whatever carries data-key on a page is pressed, or a field entered, by that key; "?" lists them. */
(() => {
  const KEPT = "review-keys";
  const list = document.querySelector("[data-keys]");
  const choice = document.querySelector("[data-keys-on]");
  const off = () => localStorage.getItem(KEPT) === "off";
  const keyed = () => [...document.querySelectorAll("[data-key]")].filter((each) => !each.closest("[hidden]"));
  const writing = (at) => at.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
  const called = (each) => each.dataset.says || each.getAttribute("aria-label") || each.labels?.[0]?.textContent.trim() || each.textContent.trim();

  for (const each of keyed()) each.setAttribute("aria-keyshortcuts", each.dataset.key);
  if (list) {
    for (const each of keyed()) {
      const line = document.createElement("div");
      const key = document.createElement("kbd");
      key.textContent = each.dataset.key;
      line.append(document.createElement("dt"), document.createElement("dd"));
      line.firstChild.append(key);
      line.lastChild.textContent = called(each);
      list.insertBefore(line, list.children[list.children.length - 2]);
    }
    document.getElementById("all-keys").addEventListener("toggle", (event) => {
      if (event.newState === "open") event.target.querySelector("button").focus();
    });
    choice.checked = !off();
    choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.checked ? "on" : "off"));
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off() || writing(event.target)) return;
    const found = keyed().find((each) => each.dataset.key === event.key);
    if (!found || found.disabled) return;
    event.preventDefault();
    if (found.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit])")) found.focus();
    else found.click();
  });
})();

/* progress: a part of a page that is asked for again while something runs, without moving the focus elsewhere. */
(() => {
  const again = async (part) => {
    const answer = await fetch(part.dataset.again, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer) return setTimeout(again, 4000, part);
    if (!answer.ok || answer.redirected) return location.reload();
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = read.querySelector("[data-again]");
    if (!next) return location.reload();
    part.replaceChildren(...next.childNodes);
    return setTimeout(again, 1500, part);
  };
  for (const part of document.querySelectorAll("[data-again]")) setTimeout(again, 1500, part);
})();

/* answers: two digits choose an answer and its reason; they come before the keys above, which list them. */
(() => {
  const answers = [...document.querySelectorAll("fieldset[data-answer]")];
  let chosen = null;
  const mark = (set) => {
    chosen = set;
    for (const each of answers) each.classList.toggle("chosen", each === set);
    set?.querySelector("input").focus();
  };
  const reason = (digit) => {
    const radio = chosen.querySelectorAll("input")[digit - 1];
    if (!radio) return;
    const note = document.getElementById("note");
    radio.checked = true;
    mark(null);
    (radio.value.endsWith(":other") && !note.value ? note : document.getElementById("record")).focus();
  };
  for (const each of answers) each.querySelector("legend").addEventListener("click", () => mark(each));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog:popover-open")) { mark(null); document.activeElement.blur(); }
    const digit = "123456789".indexOf(event.key) + 1;
    if (!chosen || !digit || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("review-keys") === "off") return;
    if (event.target.closest("textarea, select, input:not([type=radio])")) return;
    event.preventDefault();
    reason(digit);
  }, true);
})();
