// Turns notices on in this browser: asks the person, subscribes at the browser's push service, and tells us.
(() => {
  "use strict";
  const button = document.getElementById("push-on");
  const state = document.getElementById("push-state");
  const words = button.dataset;
  const say = (text, tone) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));

  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    button.hidden = true;
    state.append(" ", words.wordMissing);
    return;
  }

  const tell = (subscription) => fetch(words.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(subscription),
  });
  const isOn = () => {
    button.hidden = true;
    state.textContent = words.wordOn;
  };

  // A push service may have given this browser another address since; ours is brought up to it.
  const known = async () => {
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.getSubscription();
    if (subscription && Notification.permission === "granted" && (await tell(subscription)).ok) isOn();
  };

  const turnOn = async () => {
    if (await Notification.requestPermission() !== "granted") return say(words.wordDenied, "bad");
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: words.key });
    const answer = await tell(subscription);
    if (answer.ok) location.reload();
    else say((await answer.json()).message, "bad");
  };

  button.addEventListener("click", () => turnOn().catch((error) => say(error.message, "bad")));
  known();
})();
