/** Wakes the islands of the page, each when it comes into sight: `data-island` on an element names its script. */
const sight = new IntersectionObserver(
  entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue
      sight.unobserve(target)
      const script = target.dataset.island
      if (script) {
        import(script)
          .then((island: { wake(element: HTMLElement): void }) => island.wake(target))
          .catch(console.error)
      }
    }
  },
  { rootMargin: '200px' },
)

for (const element of document.querySelectorAll('[data-island]')) sight.observe(element)
