// The SPARQL page: answers in place. Without this file the form does the same by loading a new page.
"use strict";

(() => {
  const form = document.getElementById("sparql");
  const answer = document.getElementById("answer");
  if (!form || !answer || !window.fetch) return;
  const says = form.dataset;
  const shown = Number(says.shown);
  const query = form.elements.namedItem("query");
  let running = null;

  const element = (name, text) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const linkable = (iri) => /^(https?|ftp|mailto):/i.test(iri);

  const term = (binding) => {
    const cell = element("td");
    if (!binding) return cell;
    if (binding.type === "uri" && linkable(binding.value)) {
      const link = element("a", binding.value);
      link.href = binding.value;
      link.rel = "nofollow noopener";
      cell.append(link);
    } else {
      cell.textContent = binding.value;
      const language = binding["xml:lang"];
      if (language) cell.lang = language;
    }
    return cell;
  };

  const table = (result) => {
    const names = result.head.vars || [];
    const rows = result.results.bindings;
    const box = element("div");
    const count = rows.length === 1 ? says.rowsOne : says.rowsMany;
    box.append(element("p", count.replace("{n}", rows.length.toLocaleString(document.documentElement.lang))));
    if (rows.length > shown) box.append(element("p", says.more));
    const scroll = element("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", says.result);
    const grid = element("table");
    const head = element("tr");
    for (const name of names) {
      const cell = element("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    const top = element("thead");
    top.append(head);
    const body = element("tbody");
    for (const row of rows.slice(0, shown)) {
      const line = element("tr");
      for (const name of names) line.append(term(row[name]));
      body.append(line);
    }
    grid.append(top, body);
    scroll.append(grid);
    box.append(scroll);
    return box;
  };

  const failure = (message) => {
    const box = element("div");
    box.className = "note bad";
    box.append(element("p", says.failed), element("pre", message));
    return box;
  };

  const show = (...nodes) => {
    answer.replaceChildren(element("h2", says.result), ...nodes);
    answer.hidden = false;
  };

  const describe = (problem) => {
    const place = problem.line ? ` (${problem.line}:${problem.column})` : "";
    return `${problem.detail || problem.title}${place}`;
  };

  form.addEventListener("submit", async (event) => {
    // A chosen download format goes the plain way.
    if (event.submitter && event.submitter.name === "format") return;
    event.preventDefault();
    if (running) running.abort();
    running = new AbortController();
    const mine = running;
    answer.setAttribute("aria-busy", "true");
    show(element("p", says.running));
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: {
          "Content-Type": "application/sparql-query",
          "Accept": "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.1",
        },
        body: query.value,
        signal: mine.signal,
      });
      const type = response.headers.get("Content-Type") || "";
      const text = await response.text();
      if (!response.ok) {
        show(failure(type.includes("json") ? describe(JSON.parse(text)) : text));
      } else if (type.includes("sparql-results+json")) {
        const result = JSON.parse(text);
        const boolean = typeof result.boolean === "boolean";
        const nodes = [boolean ? element("p", result.boolean ? says.yes : says.no) : table(result)];
        if (result.moisson_truncated) {
          const note = element("p", says.cut);
          note.className = "note";
          nodes.unshift(note);
        }
        show(...nodes);
      } else {
        show(element("pre", text));
      }
    } catch (error) {
      if (error.name !== "AbortError") show(failure(String(error)));
    } finally {
      if (running === mine) answer.removeAttribute("aria-busy");
    }
  });

  // Ctrl+Enter runs the query, as people expect of query editors.
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
