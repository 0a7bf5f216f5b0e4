(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (!form) return;
  var list = document.getElementById(form.dataset.list);
  var rows = Array.prototype.slice.call(list.children);
  var said = document.getElementById("filter-count");
  var none = document.getElementById("filter-none");
  var total = rows.length;
  rows.forEach(function (row, i) {
    row.dataset.place = i;
    row.dataset.text = fold(row.textContent);
  });
  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").toLowerCase();
  }
  function apply() {
    var words = fold(form.elements.words.value).trim().split(" ").filter(Boolean);
    var force = form.elements.force.value;
    var flags = Array.prototype.filter
      .call(form.querySelectorAll("input[type=checkbox]"), function (box) { return box.checked; })
      .map(function (box) { return box.value; });
    var shown = 0;
    rows.forEach(function (row) {
      var forces = row.dataset.forces.split(" "), has = row.dataset.flags.split(" ");
      var ok = (!force || forces.indexOf(force) >= 0) &&
        flags.every(function (flag) { return has.indexOf(flag) >= 0; }) &&
        words.every(function (word) { return row.dataset.text.indexOf(word) >= 0; });
      row.hidden = !ok;
      if (ok) shown += 1;
    });
    said.textContent = shown === total ? "All " + total + " people shown" : shown + " of " + total + " people shown";
    none.hidden = shown > 0;
  }
  function order() {
    var key = form.elements.order.value;
    rows.sort(function (a, b) {
      var x = key === "place" ? +a.dataset.place : a.dataset[key];
      var y = key === "place" ? +b.dataset.place : b.dataset[key];
      return x < y ? -1 : x > y ? 1 : a.dataset.place - b.dataset.place;
    });
    rows.forEach(function (row) { list.appendChild(row); });
  }
  form.addEventListener("input", apply);
  form.addEventListener("change", function (event) { if (event.target.name === "order") order(); });
  form.addEventListener("reset", function () { setTimeout(function () { order(); apply(); }, 0); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  apply();
})();
