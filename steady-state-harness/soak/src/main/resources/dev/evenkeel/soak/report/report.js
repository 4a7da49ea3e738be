(function () {
  "use strict";
  var root = document.documentElement, problems = [];
  root.classList.add("scripted");

  function numbers(text) {
    return text ? text.split(" ").map(function (s) { return s === "-" ? NaN : Number(s); }) : [];
  }
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function clock(s) {
    s = Math.round(s);
    var h = Math.floor(s / 3600), m = Math.floor(s % 3600 / 60);
    return h > 0 ? h + ":" + two(m) + ":" + two(s % 60) : two(m) + ":" + two(s % 60);
  }
  function nearest(times, t) {
    var lo = 0, hi = times.length - 1;
    while (hi - lo > 1) {
      var mid = (lo + hi) >> 1;
      if (times[mid] > t) { hi = mid; } else { lo = mid; }
    }
    return t - times[lo] > times[hi] - t ? hi : lo;
  }
  function between(times, values, t) {
    var n = times.length;
    if (n === 0 || t < times[0] || t > times[n - 1]) { return NaN; }
    var i = nearest(times, t);
    if (times[i] > t) { i--; }
    if (i + 1 >= n) { return values[n - 1]; }
    return values[i] + (values[i + 1] - values[i]) * (t - times[i]) / (times[i + 1] - times[i]);
  }
  function digits(v, range) {
    var places = range >= 400 ? 0 : range >= 40 ? 1 : range >= 4 ? 2 : 3;
    return String(Number(v.toFixed(places))).replace("-", "\u2212");
  }
  function make(parent, name) {
    var e = document.createElement("div");
    e.className = name;
    e.hidden = true;
    parent.appendChild(e);
    return e;
  }

  var live = document.createElement("div");
  live.className = "unseen";
  live.setAttribute("aria-live", "polite");
  document.body.appendChild(live);

  var plots = [].map.call(document.querySelectorAll(".plot"), function (box) {
    var axis = box.dataset.axis.split(" "), area = box.querySelector(".area");
    var p = {
      area: area, times: numbers(box.dataset.t), values: numbers(box.dataset.v),
      fitTimes: numbers(box.dataset.ft), fitValues: numbers(box.dataset.fv),
      unit: box.dataset.unit ? "\u00a0" + box.dataset.unit : "", name: box.dataset.name,
      low: Number(axis[0]), high: Number(axis[1]), log: axis[2] === "log", end: Number(box.dataset.end)
    };
    if (p.times.length !== p.values.length) { problems.push("plot " + p.name + " has unequal columns"); }
    p.cross = make(area, "cross");
    p.knob = make(area, "knob");
    p.tip = make(area, "tip");
    var hit = document.createElement("div");
    hit.className = "hit";
    area.appendChild(hit);
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", p.name + ", arrow keys read values");
    return p;
  });

  function height(p, v) {
    var part = p.log ? Math.log(v / p.low) / Math.log(p.high / p.low) : (v - p.low) / (p.high - p.low);
    return 100 * (1 - part);
  }
  function show(p, t, words) {
    if (p.times.length === 0) { return ""; }
    var i = nearest(p.times, t), at = p.times[i], v = p.values[i];
    var x = 100 * at / p.end, range = p.log ? Math.abs(v) : p.high - p.low;
    var text = clock(at) + " \u00b7 " + (isNaN(v) ? "no reading" : digits(v, range) + p.unit);
    var fit = between(p.fitTimes, p.fitValues, at);
    if (!isNaN(fit)) { text += " \u00b7 model " + digits(fit, range); }
    p.cross.hidden = p.tip.hidden = false;
    p.cross.style.left = x + "%";
    p.tip.textContent = text;
    // Right of the line, else left of it, else wherever it stays inside: it must not widen the page.
    p.tip.style.left = "0";
    var width = p.area.clientWidth, own = p.tip.offsetWidth, px = x / 100 * width;
    var left = px + 10 + own > width ? px - 10 - own : px + 10;
    p.tip.style.left = Math.max(0, Math.min(left, width - own)) + "px";
    p.knob.hidden = isNaN(v);
    if (!isNaN(v)) {
      p.knob.style.left = x + "%";
      p.knob.style.top = Math.max(0, Math.min(100, height(p, v))) + "%";
    }
    if (words) { live.textContent = text; }
    return text;
  }
  var shown = 0;
  function showAll(t, from) {
    shown = t;
    plots.forEach(function (p) { show(p, t, p === from); });
  }
  function hideAll() {
    plots.forEach(function (p) { p.cross.hidden = p.tip.hidden = p.knob.hidden = true; });
  }
  plots.forEach(function (p) {
    function point(e) {
      var box = p.area.getBoundingClientRect();
      showAll(p.end * Math.max(0, Math.min(1, (e.clientX - box.left) / box.width)));
    }
    p.area.addEventListener("pointermove", point);
    p.area.addEventListener("pointerdown", point);
    p.area.addEventListener("pointerleave", hideAll);
    p.area.addEventListener("focus", function () { showAll(shown || p.end / 2, p); });
    p.area.addEventListener("blur", hideAll);
    p.area.addEventListener("keydown", function (e) {
      var i = nearest(p.times, shown), n = p.times.length - 1, leap = Math.max(1, Math.round(n / 20));
      var to = { ArrowRight: i + 1, ArrowLeft: i - 1, PageUp: i + leap, PageDown: i - leap, Home: 0, End: n }[e.key];
      if (e.key === "Escape") { hideAll(); }
      if (to === undefined) { return; }
      e.preventDefault();
      showAll(p.times[Math.max(0, Math.min(n, to))], p);
    });
  });

  // Says of itself whether it fits and whether everything is drawn: the tests ask for this.
  function check() {
    var found = problems.slice();
    if (root.scrollWidth > window.innerWidth) {
      found.push("page is " + root.scrollWidth + " wide in a window of " + window.innerWidth);
    }
    [].forEach.call(document.querySelectorAll(".area svg"), function (s) {
      if (s.getBoundingClientRect().width === 0) { found.push("a plot has no width"); }
    });
    root.setAttribute("data-report-status", found.length === 0 ? "ok" : found.join("; "));
    root.setAttribute("data-report-plots", String(plots.length));
  }
  check();
  window.addEventListener("resize", check);
}());
