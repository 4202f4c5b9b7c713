"use strict";
// On a narrow screen the pages stand in one row that can be pushed: the one that is open is in sight.
const open = document.querySelector("header.top a[aria-current]");
if (open) open.parentElement.scrollLeft = open.offsetLeft - open.parentElement.clientWidth / 2 + open.offsetWidth / 2;
// Tables that can be sorted by a click or a key on a heading, and searched. Without this script they are plain tables.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const key = (row, at) => {
    const cell = row.cells[at];
    return cell === undefined ? "" : cell.dataset.v ?? cell.textContent.trim();
  };
  const order = (one, other) => {
    if (one === "" || other === "") return one === other ? 0 : one === "" ? 1 : -1;
    const difference = Number(one) - Number(other);
    return Number.isNaN(difference) ? one.localeCompare(other, document.documentElement.lang) : difference;
  };
  headings.forEach((heading, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const first = heading.classList.contains("n") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const wanted = heading.getAttribute("aria-sort") === first ? other : first;
      for (const one of headings) one.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", wanted);
      const rows = [...body.rows].map((row, place) => ({ row, place, key: key(row, at) }));
      rows.sort((a, b) => {
        if (a.key === "" || b.key === "") return order(a.key, b.key) || a.place - b.place;
        return (wanted === "ascending" ? order(a.key, b.key) : order(b.key, a.key)) || a.place - b.place;
      });
      body.append(...rows.map((one) => one.row));
    });
  });
  const find = document.querySelector(`[data-find="${table.id}"]`);
  if (find !== null) {
    const count = find.querySelector("output");
    const show = () => {
      const words = find.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const row of body.rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      }
      count.textContent = `${left} / ${body.rows.length}`;
    };
    find.hidden = false;
    find.querySelector("input").addEventListener("input", show);
    show();
  }
}
