"use strict";
// All of the page can be read without this: it adds a search, and opens details that are linked to.
for (const section of document.querySelectorAll("section.packages")) {
  const search = section.querySelector("input[type=search]");
  const count = section.querySelector(".filter span");
  const rows = [...section.querySelectorAll(".matrix tbody tr")];
  const about = [...section.querySelectorAll(".details > details")];
  const radios = [...section.querySelectorAll(".pick")];

  function show() {
    const words = search.value.trim().toLowerCase();
    const chosen = radios.find((radio) => radio.checked).classList;
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(words);
      const listed = chosen.contains("all") || (chosen.contains("bad") ? row.className === "bad" : row.className !== "fine");
      shown += !row.hidden && listed;
    }
    for (const each of about) {
      each.hidden = !each.firstElementChild.textContent.toLowerCase().includes(words);
    }
    count.textContent = `${shown} of ${rows.length}`;
  }

  search.hidden = false;
  search.addEventListener("input", show);
  radios.forEach((radio) => radio.addEventListener("change", show));
  show();
}

function open() {
  const found = document.getElementById(location.hash.slice(1));
  if (!found || found.tagName !== "DETAILS") {
    return;
  }
  const section = found.closest("section.packages");
  if (section) {
    section.closest("details")?.setAttribute("open", "");
    if (!found.classList.contains("bad")) {
      const all = section.querySelector(".pick.all");
      all.checked = true;
      all.dispatchEvent(new Event("change"));
    }
  }
  found.open = true;
  found.scrollIntoView();
}

addEventListener("hashchange", open);
open();
