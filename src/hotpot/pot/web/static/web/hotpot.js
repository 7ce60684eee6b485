// Behaviour that every page shares. Pages opt in with data attributes; see README.md.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = () => document.body.dataset;
  const cookie = (name, value) => {
    document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=31536000;samesite=lax`;
  };

  // Toasts
  const icons = { good: "circle-check", warn: "triangle-alert", bad: "circle-alert" };
  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${words().icons}#${name}`);
    svg.append(use);
    return svg;
  };
  const toastButton = (label, shown) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.append(shown ?? label);
    button.setAttribute("aria-label", label);
    return button;
  };
  const leaveLater = (toast, ms) => {
    let timer = setTimeout(() => toast.remove(), ms);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), ms); });
  };
  function showToast(text, tone = "good") {
    const toast = document.createElement("div");
    toast.className = `toast ${tone}`;
    const span = document.createElement("span");
    span.className = "grow";
    span.textContent = text;
    const close = toastButton(words().wordClose, icon("x"));
    close.classList.add("square");
    close.addEventListener("click", () => toast.remove());
    toast.append(icon(icons[tone] ?? "info"), span, close);
    // An open dialog lies above everything else on the page.
    (document.querySelector("dialog[open]") ?? document.getElementById("toasts")).append(toast);
    if (tone !== "bad") leaveLater(toast, 6000);
    return toast;
  }
  document.addEventListener("toast", (event) => showToast(event.detail.text ?? event.detail.value, event.detail.tone));

  // A button that only a script can serve is disabled until all scripts have run.
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-by-script]")) button.disabled = false;
  });

  // A refused or broken htmx request says its sentence in a toast; the page stays as it was.
  document.addEventListener("htmx:responseError", (event) => {
    const body = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const sentence = body.querySelector("[data-sentence]")?.textContent.trim();
    showToast(sentence || words().wordTrouble, "bad");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => showToast(words().wordOffline, "bad"));
  }

  // After a swap: columns stay as chosen, and the export follows the filter.
  document.addEventListener("htmx:afterSettle", () => {
    chooseColumns();
    loadCharts();
    for (const link of document.querySelectorAll("[data-export]")) {
      const box = link.closest("[data-table]")?.querySelector("[data-export-url]");
      if (box) link.href = box.dataset.exportUrl;
    }
  });

  // Charts are heavy, so their code comes only to pages that have one.
  let charts = null;
  const script = (src) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: failed }));
  });
  function loadCharts() {
    if (charts || !document.querySelector("[data-chart]")) return;
    charts = script(words().echarts).then(() => script(words().charts));
  }

  // Theme: follows the system until the viewer chooses; the choice is a cookie, so that no page flashes.
  const dark = () => root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const switchTheme = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    cookie("hotpot_theme", root.dataset.theme);
    document.dispatchEvent(new CustomEvent("hotpot:theme"));
  };

  // Columns chosen per table, remembered on this device
  const chosenKey = (table) => `columns:${location.pathname}:${table.dataset.table}`;
  function chooseColumns() {
    for (const menu of document.querySelectorAll("[data-columns]")) {
      menu.hidden = false;
      const table = menu.closest("[data-table]");
      const kept = JSON.parse(localStorage.getItem(chosenKey(table)) ?? "null");
      for (const box of menu.querySelectorAll("input")) {
        if (kept && box.value in kept) box.checked = kept[box.value];
        for (const cell of table.querySelectorAll(`[data-col="${CSS.escape(box.value)}"]`)) cell.hidden = !box.checked;
      }
    }
  }
  const keepColumns = (menu) => {
    const chosen = {};
    for (const box of menu.querySelectorAll("input")) chosen[box.value] = box.checked;
    localStorage.setItem(chosenKey(menu.closest("[data-table]")), JSON.stringify(chosen));
    chooseColumns();
  };

  // Remembers what was typed: <textarea data-remember="task-7">
  const typedKey = (field) => `typed:${field.dataset.remember}`;
  const recall = () => {
    for (const field of document.querySelectorAll("[data-remember]")) {
      const kept = sessionStorage.getItem(typedKey(field));
      if (kept !== null && !field.value) field.value = kept;
    }
  };
  const forget = (form) => {
    for (const field of form.querySelectorAll("[data-remember]")) sessionStorage.removeItem(typedKey(field));
  };

  // Undo for five seconds: <form data-undo="Approved.">. It is sent at the end, or when the page is left.
  const waiting = new Map();
  const sendNow = (form, submitter) => {
    clearTimeout(waiting.get(form)?.timer);
    waiting.get(form)?.toast.remove();
    waiting.delete(form);
    form.dataset.undone = "no";
    form.requestSubmit(submitter);
  };
  function holdBack(event) {
    const form = event.target;
    if (!form.matches("[data-undo]")) return;
    if (form.dataset.undone === "no") { delete form.dataset.undone; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting.has(form)) return;
    const submitter = event.submitter ?? undefined;
    const toast = showToast(submitter?.dataset.undo ?? form.dataset.undo);
    const undo = toastButton(words().wordUndo);
    undo.classList.remove("quiet");
    undo.addEventListener("click", () => {
      clearTimeout(waiting.get(form).timer);
      waiting.delete(form);
      form.removeAttribute("aria-busy");
      toast.remove();
    });
    toast.lastElementChild.replaceWith(undo);
    form.setAttribute("aria-busy", "true");
    waiting.set(form, { toast, submitter, timer: setTimeout(() => sendNow(form, submitter), 5000) });
  }
  addEventListener("pagehide", () => {
    for (const [form, { submitter, timer }] of waiting) {
      clearTimeout(timer);
      fetch(form.getAttribute("hx-post") || form.action, {
        method: "POST", body: new FormData(form, submitter), keepalive: true, credentials: "same-origin",
        headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" },
      });
    }
    waiting.clear();
  });
  document.addEventListener("submit", holdBack, true);
  document.addEventListener("submit", (event) => forget(event.target));

  // A page that came over plain HTTP has no clipboard, but may copy what is selected.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const held = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    (document.querySelector("dialog[open]") ?? document.body).append(held);
    held.select();
    document.execCommand("copy");
    held.remove();
  };

  // Clicks: dialogs, drawers, dismissal, copying, whole rows as links
  const open = (id) => document.getElementById(id)?.showModal();
  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const opener = on("[data-open]");
    if (opener) { event.preventDefault(); open(opener.dataset.open); }
    else if (on("[data-close]")) on("dialog")?.close();
    else if (event.target.matches("dialog")) event.target.close();
    else if (on("[data-dismiss]")) on("[data-toast]").remove();
    else if (on("[data-theme-switch]")) switchTheme();
    else if (on("[data-reload]")) { event.preventDefault(); location.reload(); }
    else if (on("[data-print]")) print();
    else if (on("[data-copy]")) {
      copy(on("[data-copy]").dataset.copy).then(() => showToast(words().wordCopied));
    } else if (on("tr[data-href]") && !on("a, button, input, label") && !getSelection().toString()) {
      const href = on("tr[data-href]").dataset.href;
      if (event.ctrlKey || event.metaKey) window.open(href); else location.assign(href);
    }
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
    if (location.hash === "#rail") location.hash = "";
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-remember]")) sessionStorage.setItem(typedKey(event.target), event.target.value);
  });
  document.addEventListener("change", (event) => {
    const menu = event.target.closest("[data-columns]");
    if (menu) keepColumns(menu);
  });

  // Live again after a gap: whatever waits for a word may have missed it.
  let wasLive = false;
  document.addEventListener("htmx:sseOpen", () => {
    const waiting = wasLive ? document.querySelectorAll("[hx-trigger*='sse:']") : [];
    for (const one of waiting) {
      for (const [word] of one.getAttribute("hx-trigger").matchAll(/sse:[\w-]+/g)) htmx.trigger(one, word);
    }
    wasLive = true;
  });

  // A refused form is shown again: typing, or listening, goes on at the first thing that is wrong.
  const wrong = "main [role=alert], main form[method=post] :is(.invalid, [aria-invalid=true])";
  function goToWrong() {
    const first = [...document.querySelectorAll(wrong)].find((one) => one.checkVisibility());
    const place = first?.querySelector("input:not([type=hidden]), select, textarea") ?? first;
    if (!place) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus();
  }

  chooseColumns();
  loadCharts();
  recall();
  goToWrong();
  for (const toast of document.querySelectorAll("[data-toast]:not(.bad)")) leaveLater(toast, 6000);
  if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("/sw.js");
})();
