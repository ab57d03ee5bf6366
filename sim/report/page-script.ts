/**
 * The program of the page: it takes over a drawn plot when the reader comes to it, shows values under
 * the pointer, saves pictures, and switches between light and dark. Without it the page still shows
 * everything.
 *
 * Plain JavaScript for the browser, as text: it uses nothing but the Vega runtime and the page itself.
 *
 * @module
 */

/** The program. */
export const PAGE_SCRIPT = String.raw`
(() => {
  'use strict';
  const root = document.documentElement;
  const tip = document.getElementById('tip');
  const specOf = (figure) => JSON.parse(figure.querySelector('script').textContent);

  const showTip = (_handler, event, _item, value) => {
    if (value === null || value === undefined || value === '') {
      tip.style.display = 'none';
      return;
    }
    tip.textContent = '';
    if (typeof value === 'object') {
      const table = document.createElement('table');
      for (const [name, shown] of Object.entries(value)) {
        const row = table.insertRow();
        row.insertCell().textContent = name;
        row.insertCell().textContent = shown;
      }
      tip.append(table);
    } else tip.textContent = String(value);
    tip.style.display = 'block';
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY - tip.offsetHeight - 12;
    tip.style.left = Math.max(4, left) + 'px';
    tip.style.top = (above < 4 ? event.clientY + 16 : above) + 'px';
  };

  const takeOver = async (figure) => {
    const drawn = figure.querySelector('.plot');
    const live = document.createElement('div');
    const view = new vega.View(vega.parse(specOf(figure)), {
      renderer: 'svg', container: live, hover: true, tooltip: showTip,
    });
    await view.runAsync();
    const picture = live.querySelector('svg');
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', figure.dataset.title);
    drawn.replaceChildren(live);
    figure.dataset.live = 'true';
  };

  const failed = (figure) => (error) => {
    figure.dataset.live = 'false';
    console.error(error);
  };
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      takeOver(target).catch(failed(target));
    }
  }, { rootMargin: '200px' });
  for (const figure of document.querySelectorAll('figure[data-title]')) watch.observe(figure);

  const save = (name, text, type) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const withColours = (text) => {
    const style = getComputedStyle(root);
    return text.replace(/var\((--plot-[a-z0-9]+)\)/g, (whole, name) => style.getPropertyValue(name).trim() || whole);
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-save]');
    if (button === null) return;
    const figure = button.closest('figure');
    if (button.dataset.save === 'svg') {
      const picture = figure.querySelector('.plot svg').cloneNode(true);
      picture.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
      save(figure.id + '.svg', withColours(new XMLSerializer().serializeToString(picture)), 'image/svg+xml');
    } else {
      save(figure.id + '.vg.json', withColours(JSON.stringify(specOf(figure))), 'application/json');
    }
  });

  const theme = document.getElementById('theme');
  const isDark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const label = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; label(); });
  label();
})();
`;
