// What needs a hand in the browser: keys, picking rows, copying, putting toasts away. All pages work without it.
(() => {
  "use strict";
  document.documentElement.dataset.js = "";

  const typing = (element) => element instanceof Element && element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // Desk tables: one row is current; it has the focus, so that a screen reader follows.
  const table = () => document.querySelector("[data-desk]");
  const rows = () => [...(table()?.tBodies[0]?.rows ?? [])];
  const current = () => rows().find((row) => row.hasAttribute("aria-current"));

  function choose(row) {
    for (const other of rows()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    choose(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "k") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    if (event.key === "Escape" && location.hash === "#rail") { location.hash = "main"; return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !"jk".includes(key)) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") { event.preventDefault(); help(); return; }
    if (!table()) return;
    if (key === "j" || key === "k") { event.preventDefault(); move(key === "j" ? 1 : -1); return; }
    const row = current();
    if (!row) return;
    if (key === "enter" && event.target === row) row.querySelector("th a[href], td:not(.col-actions) a[href]")?.click();
    else if (key === "x") row.querySelector("[data-pick]")?.click();
    else if (/^[a-z]$/.test(key)) row.querySelector(`[data-key="${key}"]:not([disabled])`)?.click();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-desk] tbody tr");
    if (row && !row.hasAttribute("aria-current")) {
      for (const other of rows()) other.removeAttribute("aria-current");
      row.setAttribute("aria-current", "true");
    }
  });

  // Picking rows: "all on this page" appears only where it works.
  const picks = (form) => [...document.querySelectorAll(`[data-pick][form="${form}"]`)];

  function count(form) {
    const all = picks(form);
    const picked = all.filter((box) => box.checked);
    for (const box of all) box.closest("tr")?.toggleAttribute("data-picked", box.checked);
    const words = document.querySelector(`[data-picked-count="${form}"]`);
    if (words) words.textContent = picked.length ? words.dataset.words.replace("{count}", picked.length) : "";
    const whole = document.querySelector(`[data-pick-all="${form}"] input`);
    if (whole) {
      whole.checked = all.length > 0 && picked.length === all.length;
      whole.indeterminate = picked.length > 0 && picked.length < all.length;
    }
  }

  document.addEventListener("change", (event) => {
    const whole = event.target.closest?.("[data-pick-all]");
    if (whole) {
      for (const box of picks(whole.dataset.pickAll)) box.checked = event.target.checked;
      count(whole.dataset.pickAll);
    } else if (event.target.matches?.("[data-pick]")) {
      count(event.target.getAttribute("form"));
    }
  });

  function ready(root) {
    for (const whole of root.querySelectorAll("[data-pick-all]")) {
      whole.hidden = false;
      count(whole.dataset.pickAll);
    }
  }

  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    const label = button.querySelector("span");
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.textContent = button.dataset.done;
      setTimeout(() => { label.textContent = before; }, 2000);
    } catch {
      // Not allowed (plain HTTP, policy): pick the text, so that Ctrl C does it.
      getSelection().selectAllChildren(source);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-dismiss]");
    if (button?.dataset.copy) copy(button);
    else if (button) button.closest(".toast")?.remove();
    if (event.target.closest?.(".rail a") && location.hash === "#rail") history.replaceState(null, "", location.pathname + location.search);
  });

  // A form goes once: a second press while the first is on its way does nothing.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog" || event.target.method === "get") return;
    if (event.target.hasAttribute("data-busy")) { event.preventDefault(); return; }
    setTimeout(() => event.target.setAttribute("data-busy", ""), 0);
  });
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-busy]")) form.removeAttribute("data-busy"); });

  // Parts that htmx fetches: say that one is on its way; and where the answer is none (signed out, an error, no net),
  // go to the address itself, which explains what happened.
  const whole = (event) => location.assign(event.detail.pathInfo.requestPath);
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target.id && event.detail.shouldSwap && !xhr.responseText.includes(`id="${target.id}"`)) {
      event.detail.shouldSwap = false;
      whole(event);
    }
  });
  document.addEventListener("htmx:responseError", whole);
  document.addEventListener("htmx:sendError", whole);

  ready(document);
  document.addEventListener("htmx:afterSettle", (event) => ready(event.target));
})();
