"use strict";
// All of the page can be read without this: it adds a search, and opens details that are linked to.
const search = document.getElementById("search");
const count = document.getElementById("count");
const rows = [...document.querySelectorAll(".matrix tbody tr")];
const about = [...document.querySelectorAll("#packages > details")];
const radios = [...document.querySelectorAll(".pick")];

function show() {
  const words = search.value.trim().toLowerCase();
  const chosen = radios.find((radio) => radio.checked).id;
  let shown = 0;
  for (const row of rows) {
    row.hidden = !row.cells[0].textContent.toLowerCase().includes(words);
    const listed = chosen === "show-all" || (chosen === "show-bad" ? row.className === "bad" : row.className !== "fine");
    shown += !row.hidden && listed;
  }
  for (const each of about) {
    each.hidden = !each.firstElementChild.textContent.toLowerCase().includes(words);
  }
  count.textContent = `${shown} of ${rows.length}`;
}

function open() {
  const found = document.getElementById(location.hash.slice(1));
  if (found && found.tagName === "DETAILS") {
    if (!found.classList.contains("bad")) {
      document.getElementById("show-all").checked = true;
      show();
    }
    found.open = true;
    found.scrollIntoView();
  }
}

if (search) {
  search.hidden = false;
  search.addEventListener("input", show);
  radios.forEach((radio) => radio.addEventListener("change", show));
  show();
}
addEventListener("hashchange", open);
open();
