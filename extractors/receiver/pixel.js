/* The first-party pixel. Embed it on every page, from the receiver's own address below your domain:
 *
 *   <script async src="https://hits.example.com/v.js" data-site="example-com"></script>
 *
 * It reports the page once, and fills the hidden fields of forms that have the attribute data-leadgen. Consent:
 * call leadgen.consent({analytics_storage: "granted", ad_storage: "granted"}) when the visitor has chosen; until
 * then nobody gets an id, unless the site's options say that consent is assumed.
 */
(function () {
  "use strict";
  var script = document.currentScript;
  var site = script.dataset.site;
  var endpoint = new URL("v", script.src).href + "?site=" + encodeURIComponent(site);
  var CLICK_IDS = ["gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "yclid", "ymclid", "li_fat_id",
    "twclid", "rdt_cid", "rb_clickid", "epik", "sccid", "irclickid"];
  var TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"].concat(CLICK_IDS);
  var COOKIES = ["_ga", "_fbp", "_fbc", "_ym_uid", "_ttp", "_gcl_aw", "_gcl_gb", "_uetmsclkid", "roistat_visit"];
  var KEPT = "leadgen_landing";
  var choices = {};

  function cookie(name) {
    var found = document.cookie.split("; ").filter(function (pair) { return pair.indexOf(name + "=") === 0; })[0];
    return found ? found.slice(name.length + 1) : "";
  }

  function uuid() {
    return window.crypto.randomUUID ? window.crypto.randomUUID() :
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".replace(/x/g, function () { return (Math.random() * 16 | 0).toString(16); });
  }

  // What brought the visitor to the site, for a form on a later page of the same visit.
  function landing() {
    var here = new URL(location.href), brought = {};
    TAGS.forEach(function (name) {
      var value = here.searchParams.get(name);
      if (value) { brought[name] = value; }
    });
    var isOwn = document.referrer && new URL(document.referrer).host === location.host;
    try {
      var kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
      if (Object.keys(brought).length || !(kept && isOwn)) {
        kept = { tags: brought, page_url: location.href, referrer: document.referrer };
        sessionStorage.setItem(KEPT, JSON.stringify(kept));
      }
      return kept;
    } catch (blocked) {
      return { tags: brought, page_url: location.href, referrer: document.referrer };
    }
  }

  function report(event) {
    var hit = {
      event: event, event_id: uuid(), url: location.href, referrer: document.referrer, title: document.title,
      client_time: Date.now(), consent: choices
    };
    COOKIES.forEach(function (name) {
      var value = cookie(name);
      if (value) { hit[name] = value; }
    });
    // Plain text, so that no browser has to ask first; with credentials, for the cookie of our own domain.
    return fetch(endpoint, {
      method: "POST", body: JSON.stringify(hit), credentials: "include", keepalive: true, mode: "cors",
      headers: { "Content-Type": "text/plain" }
    }).catch(function () { /* A page works without us. */ });
  }

  function fill(form) {
    var brought = landing();
    var values = Object.assign({}, brought.tags, {
      client_id: cookie("_lg_id"), page_url: brought.page_url, referrer: brought.referrer, submission_id: uuid()
    });
    Object.keys(values).forEach(function (name) {
      var field = form.elements.namedItem(name);
      if (!values[name] || (field && field.value && name !== "submission_id")) { return; }
      if (!field) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        form.appendChild(field);
      }
      field.value = values[name];
    });
  }

  document.addEventListener("submit", function (sent) {
    if (sent.target.hasAttribute("data-leadgen")) { fill(sent.target); }
  }, true);

  window.leadgen = {
    consent: function (chosen) { choices = chosen; return report("consent"); },
    event: report
  };
  if (script.dataset.consent === "granted") { choices = { analytics_storage: "granted", ad_storage: "granted" }; }
  landing();
  window.leadgen.ready = report("page_view");
}());
