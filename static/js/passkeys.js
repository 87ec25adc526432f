/* Hands the server's challenge to the browser's passkeys and their answer back. Without this script the page says that a passkey needs it, and
   offers the other ways. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-passkey]");
  if (form === null) return;
  const problem = form.querySelector("[data-problem]");
  const credential = form.querySelector("input[name=credential]");

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

  const make = async (options) => {
    const user = { ...options.user, id: bytes(options.user.id) };
    const excludeCredentials = named(options.excludeCredentials);
    const publicKey = { ...options, challenge: bytes(options.challenge), user, excludeCredentials };
    const made = await navigator.credentials.create({ publicKey });
    return {
      ...about(made),
      response: {
        attestationObject: text(made.response.attestationObject),
        clientDataJSON: text(made.response.clientDataJSON),
        transports: made.response.getTransports?.() ?? [],
      },
    };
  };

  const use = async (options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
    const used = await navigator.credentials.get({ publicKey });
    const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
    return {
      ...about(used),
      response: {
        authenticatorData: text(authenticatorData),
        clientDataJSON: text(clientDataJSON),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    };
  };

  const about = (key) => ({ id: key.id, rawId: text(key.rawId), type: key.type });

  const say = (words) => {
    problem.textContent = words;
    problem.hidden = false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    if (!window.PublicKeyCredential) {
      say("This browser has no passkeys. Use another way.");
      return;
    }
    try {
      const options = JSON.parse(form.dataset.options);
      credential.value = JSON.stringify(await (form.dataset.passkey === "create" ? make : use)(options));
    } catch (error) {
      say(
        error.name === "InvalidStateError"
          ? "That device has a passkey for this site already. Choose another one."
          : "That did not work, or took too long. Try again, or use another way.",
      );
      return;
    }
    form.submit();
  });
})();
