(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (!form) return;
  var list = document.getElementById(form.dataset.list);
  var heads = document.getElementById("order");
  var buttons = Array.prototype.slice.call(heads.querySelectorAll("button"));
  var selects = Array.prototype.slice.call(form.querySelectorAll("select"));
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[type=checkbox]"));
  var said = document.getElementById("filter-count");
  var printed = document.getElementById("filter-said");
  var none = document.getElementById("filter-none");
  var more = document.getElementById("filter-more");
  var by = "place", down = false, most = +list.dataset.most, found = [];
  var rows = Array.prototype.map.call(list.children, function (item, place) {
    return { item: item, place: place, text: null };
  });
  var ranks = {};
  selects.forEach(function (select) {
    ranks[select.name] = {};
    Array.prototype.forEach.call(select.options, function (option, rank) { ranks[select.name][option.value] = rank; });
  });
  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").toLowerCase();
  }
  function has(item, key, code) {
    return (" " + item.dataset[key] + " ").indexOf(" " + code + " ") >= 0;
  }
  function label(control) {
    return form.querySelector("label[for=" + control.id + "]").textContent;
  }
  function apply() {
    var words = fold(form.elements.words.value).trim().split(" ").filter(Boolean);
    var chosen = selects.filter(function (select) { return select.value; });
    var flags = boxes.filter(function (box) { return box.checked; });
    found = rows.filter(function (row) {
      var item = row.item;
      var ok = chosen.every(function (select) { return has(item, select.name, select.value); }) &&
        flags.every(function (box) { return has(item, "flag", box.value); });
      if (ok && words.length) {
        if (row.text === null) row.text = fold(item.textContent);
        ok = words.every(function (word) { return row.text.indexOf(word) >= 0; });
      }
      return ok;
    });
    show(most);
    none.hidden = found.length > 0;
    tell(found.length, words, chosen, flags);
  }
  // Rows are taken out of the page instead of hidden: thousands of hidden ones make a browser slow.
  function show(limit) {
    var shown = document.createDocumentFragment();
    found.slice(0, limit).forEach(function (row) { shown.appendChild(row.item); });
    list.replaceChildren(shown);
    more.hidden = found.length <= limit;
  }
  function tell(shown, words, chosen, flags) {
    var count = (shown === rows.length ? "All " : shown + " of ") + rows.length + " people" +
      (shown > most ? ", the first " + most + " shown" : " shown");
    var active = buttons.filter(function (button) { return button.dataset.order === by; })[0];
    var order = by === "place" && !down ? "" : ", ordered by " + active.dataset.words + (down ? ", reversed" : "");
    said.textContent = count + order;
    var filters = chosen.map(function (select) {
      return label(select) + ": " + select.options[select.selectedIndex].text.replace(/ \(\d+\)$/, "");
    }).concat(flags.map(function (box) {
      return "marked: " + box.parentNode.textContent.replace(/ \(\d+\)$/, "");
    }));
    if (words.length) filters.push("with the words: " + form.elements.words.value.trim());
    printed.textContent = count + order + (filters.length ? ". " + filters.join("; ") : "") + ".";
  }
  function value(row) {
    if (by === "place") return row.place;
    var codes = row.item.dataset[by];
    return ranks[by] ? ranks[by][codes.split(" ")[0]] : codes;
  }
  function order() {
    rows.forEach(function (row) { row.key = value(row); });
    rows.sort(function (a, b) {
      var sign = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
      return (down ? -sign : sign) || a.place - b.place;
    });
    buttons.forEach(function (button) {
      var on = button.dataset.order === by;
      button.setAttribute("aria-pressed", on);
      button.textContent = button.dataset.words + (on ? (down ? " \u2193" : " \u2191") : "");
    });
  }
  function open() {
    var row = rows.filter(function (row) { return row.item.id && row.item.id === location.hash.slice(1); })[0];
    if (!row) return;
    if (!row.item.isConnected) {
      most = rows.length;
      form.reset();
    }
    setTimeout(function () { // after what the reset sets off
      row.item.querySelector("details").open = true;
      row.item.scrollIntoView();
    }, 0);
  }
  buttons.forEach(function (button) {
    button.dataset.words = button.textContent;
    button.addEventListener("click", function () {
      down = by === button.dataset.order && !down;
      by = button.dataset.order;
      order();
      apply();
    });
  });
  form.addEventListener("input", apply);
  form.addEventListener("reset", function () {
    by = "place"; down = false;
    setTimeout(function () { order(); apply(); }, 0);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  more.firstElementChild.addEventListener("click", function () {
    var next = list.children.length;
    most = rows.length;
    apply();
    list.children[next].querySelector("summary").focus();
  });
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", function () { show(found.length); });
  window.addEventListener("afterprint", function () { show(most); });
  form.hidden = heads.hidden = false;
  order();
  apply();
  open();
})();
