/**
 * Wakes the islands of the page, each when it comes into sight: `data-island` on an element names its script. One that has
 * nothing in it is nowhere to be seen, and is woken at once.
 */
const sight = new IntersectionObserver(
  entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      sight.unobserve(target)
      wake(target)
    }
  },
  { rootMargin: '200px' },
)

for (const element of document.querySelectorAll('[data-island]')) {
  if (element.childElementCount > 0) sight.observe(element)
  else wake(element)
}

/** A menu is closed by Escape, and by going elsewhere. */
for (const menu of document.querySelectorAll<HTMLDetailsElement>('.menu > details')) {
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu.open) return
    menu.open = false
    menu.querySelector('summary')?.focus()
  })
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false
  })
}

function wake(element: Element): void {
  const script = element instanceof HTMLElement && element.dataset.island
  if (!script) return
  import(script).then((island: { wake(element: Element): void }) => island.wake(element)).catch(console.error)
}
