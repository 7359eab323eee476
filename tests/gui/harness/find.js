// Finds the first visible element with this role whose accessible name is, or (with `part`) contains, this name.
// Names and roles follow the parts of accname and html-aam that Rehome's own screens need.
const [role, wanted, part] = arguments;

const SELECTORS = {
  button: "button, input[type=submit], input[type=button], summary, [role=button]",
  checkbox: "input[type=checkbox], [role=checkbox]",
  combobox: "select, [role=combobox]",
  dialog: "dialog[open], [role=dialog], [role=alertdialog]",
  heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
  link: "a[href], [role=link]",
  listitem: "li, [role=listitem]",
  option: "option, [role=option]",
  radio: "input[type=radio], [role=radio]",
  region: "section, [role=region]",
  row: "tr, [role=row]",
  switch: "[role=switch]",
  tab: "[role=tab]",
  textbox:
    "input:not([type]), input[type=text], input[type=password], input[type=url], input[type=search], " +
    "input[type=number], input[type=email], textarea, [role=textbox], [role=searchbox], [role=spinbutton]",
};

const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const text = (id) => tidy(document.getElementById(id)?.textContent);

function nameOf(element) {
  const labelled = element.getAttribute("aria-labelledby");
  if (labelled) return tidy(labelled.split(/\s+/).map(text).join(" "));
  if (element.ariaLabel) return tidy(element.ariaLabel);
  if (element.labels?.length) return tidy([...element.labels].map((label) => label.innerText).join(" "));
  return tidy(element.innerText) || tidy(element.value) || tidy(element.title) || tidy(element.placeholder);
}

const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const fits = (name) => wanted === null || (part ? name.includes(wanted) : name === wanted);

// What lies under a dialog cannot be used, by a screen reader neither.
const root = [...document.querySelectorAll("dialog[open]")].filter(visible).at(-1) ?? document;
const candidates = [...root.querySelectorAll(SELECTORS[role] ?? `[role=${role}]`)].filter(visible);
if (root !== document && role.endsWith("dialog")) candidates.unshift(root);
const found = candidates.find((element) => fits(nameOf(element)));
return [found ?? null, candidates.slice(0, 60).map(nameOf)];
