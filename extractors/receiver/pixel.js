/* The first-party pixel. Embed it on every page, from the receiver's own address below your domain:
 *
 *   <script async src="https://hits.example.com/v.js" data-site="example-com"></script>
 *
 * It reports each page once, and fills the hidden fields of forms that have the attribute data-leadgen.
 *
 * Consent: set window.leadgenConsent = {analytics_storage: "granted", ad_storage: "granted"} where the visitor has
 * chosen before, and call leadgen.consent({...}) when the visitor chooses. A page is reported when that is known, or
 * when it is left: without consent nobody gets an id, nothing is stored, and click ids are left out. On a site that
 * need not ask, write data-consent="granted" into the tag.
 */
(function () {
  "use strict";
  var script = document.currentScript;
  var endpoint = new URL("v", script.src).href + "?site=" + encodeURIComponent(script.dataset.site);
  var CLICK_IDS = ["gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "yclid", "ymclid", "li_fat_id",
    "twclid", "rdt_cid", "oppref", "rb_clickid", "epik", "sccid", "irclickid"];
  var AD_NAMES = CLICK_IDS.concat(["yabs", "srsltid", "gclsrc"]);
  var TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];
  var COOKIES = ["_ga", "_fbp", "_fbc", "_ym_uid", "_ttp", "_gcl_aw", "_gcl_gb", "_uetmsclkid", "roistat_visit"];
  var LANDING = "leadgen_landing";
  var ALL = { analytics_storage: "granted", ad_storage: "granted" };
  var choices = window.leadgenConsent || (script.dataset.consent === "granted" ? ALL : null);
  var isReported = false;

  function allows(kind) {
    return Boolean(choices) && choices[kind] === "granted";
  }

  function cookie(name) {
    var found = document.cookie.split("; ").filter(function (pair) { return pair.indexOf(name + "=") === 0; })[0];
    return found ? found.slice(name.length + 1) : "";
  }

  function newId() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  // The parameters of these names. Some platforms write them with capitals, as ScCid.
  function named(url, names) {
    return Array.from(url.searchParams.keys()).filter(function (name) {
      return names.indexOf(name.toLowerCase()) >= 0;
    });
  }

  // The address, without the ids of ad clicks where these are not allowed.
  function allowed(address) {
    var url = new URL(address);
    if (!allows("ad_storage")) {
      named(url, AD_NAMES).forEach(function (name) { url.searchParams.delete(name); });
    }
    return url;
  }

  function cameFrom() {
    return document.referrer && allowed(document.referrer).href;
  }

  // What brought the visitor to the site, for a form on a later page of the same visit.
  function landing() {
    var url = allowed(location.href), now = { page_url: url.href, referrer: cameFrom() };
    named(url, TAGS.concat(CLICK_IDS)).forEach(function (name) {
      var value = url.searchParams.get(name);
      if (value) { now[name.toLowerCase()] = value; }
    });
    if (!allows("analytics_storage")) { return now; }
    var isTagged = Object.keys(now).length > 2;
    var isFromHere = document.referrer && new URL(document.referrer).host === location.host;
    try {
      var kept = JSON.parse(sessionStorage.getItem(LANDING) || "null");
      if (kept && isFromHere && !isTagged) { return kept; }
      sessionStorage.setItem(LANDING, JSON.stringify(now));
    } catch (blocked) { /* The browser keeps nothing: what this page knows must do. */ }
    return now;
  }

  function report(event) {
    var hit = {
      event: event, event_id: newId(), url: allowed(location.href).href, referrer: cameFrom(), title: document.title,
      client_time: Date.now(), consent: choices || {}
    };
    COOKIES.forEach(function (name) {
      var value = choices && cookie(name);
      if (value) { hit[name] = value; }
    });
    // Plain text, so that no browser has to ask first; with credentials, for the cookie of our own domain.
    return fetch(endpoint, {
      method: "POST", body: JSON.stringify(hit), credentials: "include", keepalive: true,
      headers: { "Content-Type": "text/plain" }
    }).catch(function () { /* The page works without us. */ });
  }

  function reportPage() {
    if (isReported) { return Promise.resolve(); }
    isReported = true;
    landing();
    return report("page_view");
  }

  // What a form lacks: what the page itself filled in stays, but each sending has an id of its own.
  function lacking(valueOf) {
    var values = Object.assign({ client_id: cookie("_lg_id"), submission_id: newId() }, landing());
    Object.keys(values).forEach(function (name) {
      if (!values[name] || (valueOf(name) && name !== "submission_id")) { delete values[name]; }
    });
    return values;
  }

  // For scripts that read the form's fields themselves.
  function fill(form) {
    var values = lacking(function (name) { return (form.elements.namedItem(name) || {}).value; });
    Object.keys(values).forEach(function (name) {
      var field = form.elements.namedItem(name);
      if (!field) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        form.appendChild(field);
      }
      field.value = values[name];
    });
  }

  var filled = new WeakSet();
  document.addEventListener("submit", function (submitted) {
    if (submitted.target.hasAttribute("data-leadgen")) {
      fill(submitted.target);
      filled.add(submitted.target);
    }
  }, true);
  // form.submit() of a script submits without saying so; but the data that is sent is always gathered.
  document.addEventListener("formdata", function (gathered) {
    var form = gathered.target, data = gathered.formData;
    if (!form.hasAttribute("data-leadgen") || filled.delete(form)) { return; }
    var values = lacking(function (name) { return data.get(name); });
    Object.keys(values).forEach(function (name) { data.set(name, values[name]); });
  }, true);
  window.addEventListener("pagehide", reportPage);
  window.leadgen = {
    consent: function (chosen) {
      choices = chosen;
      return isReported ? report("consent") : reportPage();
    }
  };
  if (choices) { reportPage(); }
}());
