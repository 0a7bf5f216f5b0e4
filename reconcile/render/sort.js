(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("table[data-sorts]"), function (table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells), body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row, place) { return { row: row, place: place, key: "" }; });
    var said = document.createElement("p");
    said.className = "hidden-words";
    said.setAttribute("role", "status");
    table.parentNode.appendChild(said);
    // What is not known stands last in either order: it is neither the most nor the least.
    function key(row, index, number) {
      var cell = row.cells[index];
      if (!cell) return null;
      var text = cell.dataset.value === undefined ? cell.textContent.trim() : cell.dataset.value;
      if (!number) return text.toLowerCase() || null;
      var value = parseFloat(text.replace(/,/g, ""));
      return isNaN(value) ? null : value;
    }
    function sort(index, down) {
      var number = heads[index].classList.contains("n");
      rows.forEach(function (one) { one.key = key(one.row, index, number); });
      rows.sort(function (a, b) {
        if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.place - b.place;
        var sign = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
        return (down ? -sign : sign) || a.place - b.place;
      });
      rows.forEach(function (one) { body.appendChild(one.row); });
      heads.forEach(function (head, place) {
        var on = place === index;
        if (on) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
        head.querySelector(".way").textContent = on ? (down ? " \u2193" : " \u2191") : "";
      });
      said.textContent = "Sorted by " + heads[index].dataset.words + (down ? ", descending" : ", ascending");
    }
    heads.forEach(function (head, index) {
      var button = document.createElement("button"), way = document.createElement("span");
      head.dataset.words = head.textContent.trim();
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      way.className = "way";
      way.setAttribute("aria-hidden", "true");
      button.appendChild(way);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var now = head.getAttribute("aria-sort");
        sort(index, now ? now === "ascending" : head.classList.contains("n"));
      });
    });
  });
})();
