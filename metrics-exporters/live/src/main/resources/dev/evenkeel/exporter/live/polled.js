// Shared by every page that shows a process as it runs: figures in words, elements, curves, and the polling.
var polled = (function () {
  'use strict';
  var POLL_MILLIS = 2000;

  function byId(id) { return document.getElementById(id); }
  function unknown(x) { return x === null || x === undefined || !isFinite(x); }
  function short(x) {
    if (unknown(x)) { return '–'; }
    if (Math.abs(x) >= 1000) { return Math.round(x).toLocaleString('en').replace(/,/g, '\u202f'); }
    return String(Number(x.toPrecision(3)));
  }
  function amount(x, unit) {
    if (unknown(x)) { return '–'; }
    if (unit === 'By') {
      var names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'], i = 0;
      while (Math.abs(x) >= 1024 && i < names.length - 1) { x /= 1024; i++; }
      return short(x) + ' ' + names[i];
    }
    if (unit === '1') { return short(100 * x) + ' %'; }
    return short(x) + (unit === 's' || unit === 'ms' ? ' ' + unit : unit === '/s' ? '/s' : '');
  }
  function signed(x, unit) { return (x > 0 ? '+' : '') + amount(x, unit).replace('-', '\u2212'); }
  function lasting(seconds) {
    var s = Math.max(0, Math.round(seconds)), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    if (d > 0) { return d + ' d ' + (h % 24) + ' h'; }
    if (h > 0) { return h + ' h ' + (m % 60) + ' min'; }
    return m > 0 ? m + ' min ' + (s % 60) + ' s' : s + ' s';
  }
  function el(tag, cls, parent, text) {
    var e = document.createElement(tag);
    if (cls) { e.className = cls; }
    if (text !== undefined) { e.textContent = text; }
    parent.appendChild(e);
    return e;
  }
  function svg(tag, attributes, parent) {
    var e = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (var name in attributes) { e.setAttribute(name, attributes[name]); }
    parent.appendChild(e);
    return e;
  }
  // A plot of a size, with room at its edges; null values are gaps.
  function plot(width, height, pad) {
    function x(t, from, to) { return to > from ? (t - from) / (to - from) * width : width / 2; }
    function y(v, s) { return s.flat ? height / 2 : height - pad - (v - s.low) / (s.high - s.low) * (height - 2 * pad); }
    return {
      x: x,
      scale: function (values) {
        var known = values.filter(function (v) { return v !== null; });
        var low = Math.min.apply(null, known), high = Math.max.apply(null, known);
        return { low: low, high: high, flat: !(high > low) };
      },
      line: function (times, values, s, from, to, close) {
        var d = '', pen = false, firstX = 0, lastX = 0;
        function closed() { return 'L' + lastX + ' ' + height + 'L' + firstX + ' ' + height + 'Z'; }
        for (var i = 0; i < times.length; i++) {
          if (values[i] === null) {
            if (pen && close) { d += closed(); }
            pen = false;
            continue;
          }
          var px = x(times[i], from, to).toFixed(1);
          if (!pen) { firstX = px; }
          d += (pen ? 'L' : 'M') + px + ' ' + y(values[i], s).toFixed(1);
          lastX = px;
          pen = true;
        }
        return pen && close ? d + closed() : d;
      }
    };
  }
  // Draws what the page's address answers as JSON, every two seconds while somebody looks. lost(time) says what it means that
  // nothing was answered for so long, in words; null when nothing ever was.
  function poll(draw, lost) {
    var lastAnswer = 0;
    function ask() {
      if (document.hidden) { return; }
      fetch(location.pathname + '?format=json', { cache: 'no-store' })
        .then(function (answer) {
          if (!answer.ok) { throw new Error('status ' + answer.status); }
          return answer.json();
        })
        .then(function (data) {
          lastAnswer = Date.now();
          byId('state').className = '';
          draw(data);
        })
        .catch(function () {
          byId('state').className = 'lost';
          byId('state').textContent = lost(lastAnswer ? lasting((Date.now() - lastAnswer) / 1000) : null);
        });
    }
    document.addEventListener('visibilitychange', ask);
    setInterval(ask, POLL_MILLIS);
    ask();
  }
  return {
    byId: byId, short: short, amount: amount, signed: signed, lasting: lasting, el: el, svg: svg, plot: plot, poll: poll
  };
})();
