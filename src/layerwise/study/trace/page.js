"use strict";
(function () {
  var steps = Array.from(document.querySelectorAll("section.step"));
  var known = Array.from(document.querySelectorAll("svg [data-at]"));
  var nodes = Array.from(document.querySelectorAll("svg [data-node], svg [data-edge]"));
  var box = document.getElementById("graph");
  var slider = document.getElementById("slider");
  var now = 0;

  function named(id) { return document.getElementById(id); }

  function inView(node) {
    var frame = box.getBoundingClientRect(), own = node.getBoundingClientRect();
    box.scrollLeft += own.left + own.width / 2 - frame.left - frame.width / 2;
  }

  function show(place) {
    now = Math.max(0, Math.min(steps.length - 1, place));
    steps.forEach(function (step, at) { step.hidden = at !== now; });
    known.forEach(function (text) {
      text.classList.toggle("later", Number(text.dataset.at) > now);
    });
    var about = steps[now].dataset.node, symbol = steps[now].dataset.symbol;
    nodes.forEach(function (node) {
      var here = node.dataset.node === about || node.dataset.edge === about;
      node.classList.toggle("now", here);
      if (here && node.dataset.node) { inView(node); }
    });
    slider.value = String(now);
    slider.setAttribute("aria-valuetext", "step " + (now + 1) + ": " + symbol);
    named("place").textContent = "step " + (now + 1) + " of " + steps.length;
    named("first").disabled = named("back").disabled = now === 0;
    named("last").disabled = named("forward").disabled = now === steps.length - 1;
  }

  function fromAddress() {
    var found = /^#step-(\d+)$/.exec(window.location.hash);
    if (found) { show(Number(found[1]) - 1); }
  }

  function turnTheme() {
    var root = document.documentElement;
    var dark = root.dataset.theme ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  named("first").addEventListener("click", function () { show(0); });
  named("back").addEventListener("click", function () { show(now - 1); });
  named("forward").addEventListener("click", function () { show(now + 1); });
  named("last").addEventListener("click", function () { show(steps.length - 1); });
  slider.addEventListener("input", function () { show(Number(slider.value)); });
  named("theme").addEventListener("click", turnTheme);
  window.addEventListener("hashchange", fromAddress);
  document.addEventListener("keydown", function (event) {
    var to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: steps.length - 1 }[event.key];
    var free = !event.ctrlKey && !event.metaKey && !event.altKey;
    var scrolls = event.target.classList && event.target.classList.contains("scroll");
    if (to !== undefined && free && !scrolls) {
      event.preventDefault();
      show(to);
    }
  });
  /* a printed page has every step, whichever is shown */
  window.addEventListener("beforeprint", function () {
    steps.forEach(function (step) { step.hidden = false; });
  });
  window.addEventListener("afterprint", function () { show(now); });

  named("stepper").hidden = named("theme").hidden = false;
  show(0);
  fromAddress();
}());
