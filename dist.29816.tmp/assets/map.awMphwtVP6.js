var at = -0.081106,
  st = 893e-6,
  ct = 0.003796,
  D = Math.sqrt(3) / 2,
  v = Math.PI / 180,
  it = 179.9999,
  lt = 11,
  H = 4e3,
  j = H / (2 * Q(180, 0).x),
  G = 2 * j * Q(0, 90).y
function dt(t, e) {
  if (!Number.isFinite(t) || !Number.isFinite(e) || Math.abs(t) > 90 || Math.abs(e) > 360) return null
  const { x: n, y: r } = Q(mt(e - lt), t)
  return { x: H / 2 + j * n, y: G / 2 - j * r }
}
function X(t, e) {
  let n = Math.max(-G / 2, Math.min(G / 2, G / 2 - e)) / j,
    r = n / 1.340264
  for (let i = 0; i < 12; i++) r -= (ut(r) - n) / J(r)
  const s = Math.max(-1, Math.min(1, Math.sin(r) / D)),
    o = (D * J(r) * (t - H / 2)) / (j * Math.cos(r)) / v
  return { lat: Math.asin(s) / v, lng: mt(Math.max(-it, Math.min(it, o)) + lt) }
}
function Q(t, e) {
  const n = Math.asin(D * Math.sin(e * v))
  return { x: (t * v * Math.cos(n)) / (D * J(n)), y: ut(n) }
}
function ut(t) {
  const e = t * t,
    n = e * e * e
  return t * (1.340264 + at * e + n * (st + ct * e))
}
function J(t) {
  const e = t * t,
    n = e * e * e
  return 1.340264 + 3 * at * e + n * (7 * st + 9 * ct * e)
}
function mt(t) {
  return t >= -180 && t <= 180 ? t : ((((t + 180) % 360) + 360) % 360) - 180
}
var m = { width: 1e3, height: 440 },
  P = { x: 0, y: 0, width: H },
  $ = 125
function U(t, e) {
  const n = m.width / t.width
  return { x: (e.x - t.x) * n, y: (e.y - t.y) * n }
}
function ht(t, e) {
  const n = t.width / m.width
  return { x: t.x + e.x * n, y: t.y + e.y * n }
}
function pt(t) {
  const e = m.width / t.width
  return `matrix(${Y(e, 4)} 0 0 ${Y(e, 4)} ${Y(-t.x * e, 2)} ${Y(-t.y * e, 2)})`
}
function Y(t, e) {
  return Number(t.toFixed(e))
}
function N(t, e, n) {
  const r = Math.min(P.width, Math.max($, t.width / e)),
    s = ht(t, n),
    o = r / m.width
  return gt({ x: s.x - n.x * o, y: s.y - n.y * o, width: r })
}
function I(t, e, n) {
  const r = t.width / m.width
  return gt({ x: t.x - e * r, y: t.y - n * r, width: t.width })
}
function ft(t, e, n) {
  const r = t.width * (e.width / t.width) ** n,
    s = t.width === e.width ? n : (r - t.width) / (e.width - t.width)
  return { x: t.x + (e.x - t.x) * s, y: t.y + (e.y - t.y) * s, width: r }
}
function wt(t, e) {
  return e.x >= t.x && e.y >= t.y && e.x + e.width <= t.x + t.width && e.y + W(e) <= t.y + W(t)
}
function Z(t, e) {
  return { x: t.x - t.width * e, y: t.y - W(t) * e, width: t.width * (1 + 2 * e) }
}
function xt(t) {
  const e = [0, 0.25, 0.5, 0.75, 1],
    n = (l, f) => Math.max(0, Math.min(f, l)),
    r = X(0, G / 2).lng,
    s = e.flatMap(l => e.map(f => X(n(t.x + t.width * l, H), n(t.y + W(t) * f, G)))),
    o = s.map(({ lng: l }) => (l - r + 360) % 360),
    i = s.map(({ lat: l }) => l),
    a = Math.min(...o),
    c = Math.max(...o),
    d = l => ((l + r + 540) % 360) - 180,
    u = c - a > 340 ? [-180, 180] : [d(a), d(c)]
  return [u[0], Math.min(...i), u[1], Math.max(...i)].map(l => (l ?? 0).toFixed(2)).join(',')
}
function bt(t) {
  return t.features.flatMap(({ geometry: e, properties: n }) => {
    const [r = Number.NaN, s = Number.NaN] = e?.coordinates ?? [],
      o = dt(s, r)
    if (!o || !/^(?:\/(?!\/)|https?:)/.test(n.href)) return []
    const { id: i, title: a, type: c = '', href: d } = n
    return [{ id: i, title: a, type: c, href: d, at: o }]
  })
}
function yt(t, e) {
  const n = new Map()
  for (const s of t) {
    const o = `${Math.floor(s.at.x / e)} ${Math.floor(s.at.y / e)}`,
      i = n.get(o)
    i ? i.push(s) : n.set(o, [s])
  }
  const r = []
  for (const s of [...n.values()].sort((o, i) => i.length - o.length)) {
    const o = Nt(s),
      i = r.find(a => Math.hypot(a.at.x - o.x, a.at.y - o.y) < e)
    i ? i.places.push(...s) : r.push({ at: o, places: s })
  }
  return r
}
function W(t) {
  return (t.width * m.height) / m.width
}
function gt(t) {
  const e = 0.35 * Math.min(t.width, P.width - t.width),
    n = (r, s, o) => Math.max(-e, Math.min(o - s + e, r))
  return { x: n(t.x, t.width, P.width), y: n(t.y, W(t), W(P)), width: t.width }
}
function Nt(t) {
  const e = n => t.reduce((r, { at: s }) => r + s[n], 0) / t.length
  return { x: e('x'), y: e('y') }
}
function Tt(t) {
  const e = t.querySelector('svg'),
    n = t.querySelector('.map-ground'),
    [r = Number.NaN, s = Number.NaN, o = Number.NaN] = (t.dataset.view ?? '').split(' ').map(Number)
  if (!e || !n || Number.isNaN(r + s + o) || t.dataset.awake) return
  t.dataset.awake = ''
  const i = JSON.parse(t.dataset.words ?? '{}'),
    a = { x: r, y: s, width: o },
    c = [...e.querySelectorAll('.map-mark')].map(w => {
      const [E = 0, C = 0] = (w.dataset.at ?? '').split(' ').map(Number)
      return { element: w, at: { x: E, y: C }, circle: w.querySelector('circle') }
    }),
    d = e.appendChild(A('g', { class: 'map-marks' })),
    u = t.appendChild(document.createElement('p'))
  ;(u.className = 'map-say'), u.setAttribute('role', 'status')
  let l = kt(i, { in: () => k(2), out: () => k(0.5), home: () => S(a) }),
    f = Mt(),
    h = a,
    z = 0,
    T = 0
  t.append(l.element),
    (t.tabIndex = 0),
    t.setAttribute('role', 'group'),
    t.setAttribute('aria-label', i.help),
    At(t, e, { get: () => h, set: L, glide: S, home: () => S(a) }),
    L(a)
  function k(w) {
    S(N(h, w, { x: m.width / 2, y: m.height / 2 }))
  }
  function S(w) {
    if ((cancelAnimationFrame(z), matchMedia('(prefers-reduced-motion: reduce)').matches)) {
      L(w)
      return
    }
    const C = h,
      y = performance.now(),
      F = q => {
        const B = Math.min(1, Math.max(0, (q - y) / 220))
        L(B === 1 ? w : ft(C, w, B * (2 - B))), B < 1 && (z = requestAnimationFrame(F))
      }
    z = requestAnimationFrame(F)
  }
  function L(w) {
    ;(h = w), n?.setAttribute('transform', pt(h))
    for (const { circle: E, at: C } of c) E && K(E, C)
    f.move(),
      l.update(h, a),
      e && (e.style.touchAction = h.width < a.width * 0.99 ? 'none' : 'pan-y'),
      clearTimeout(T),
      (T = window.setTimeout(() => f.settle(), 180))
  }
  function K(w, E) {
    const { x: C, y } = U(h, E)
    w.setAttribute('cx', C.toFixed(1)), w.setAttribute('cy', y.toFixed(1))
  }
  function Mt() {
    let w = t.dataset.places,
      E = St(t, i),
      C = t.querySelectorAll('.map-mark, .map-legend'),
      y,
      F,
      q = []
    return { move: B, settle: tt }
    function B() {
      for (const { cluster: x, element: b } of q) {
        const { x: M, y: p } = U(h, x.at)
        b.setAttribute('transform', `translate(${M.toFixed(1)} ${p.toFixed(1)})`)
      }
    }
    function tt() {
      const x = w !== void 0 && h.width <= P.width / 3.9
      x ? (!y || !wt(y.area, et()) || (!y.whole && h.width < y.area.width / 4)) && Vt(w) : F?.abort(),
        Et(x && y ? y.places : [])
      for (const b of C) x && y ? b.setAttribute('display', 'none') : b.removeAttribute('display')
    }
    function et() {
      const { width: x, height: b } = e?.getBoundingClientRect() ?? { width: 0, height: 0 },
        M = (x * m.height) / m.width
      return x > 0 ? Z(h, Math.max(0, b / M - 1) / 2) : h
    }
    async function Vt(x) {
      F?.abort()
      const b = new AbortController()
      F = b
      const M = Z(et(), 0.25),
        p = new URL(x, location.href)
      p.searchParams.set('bbox', xt(M)), (u.textContent = i.loading)
      try {
        const g = await fetch(p, {
          signal: b.signal,
          headers: { accept: 'application/geo+json, application/json' },
        })
        if (!g.ok) throw new Error(String(g.status))
        const R = await g.json(),
          V = (R.numberMatched ?? 0) <= R.features.length
        ;(y = { area: M, whole: V, places: bt(R) }), (u.textContent = ''), tt()
      } catch {
        b.signal.aborted ? F === b && (u.textContent = '') : (u.textContent = i.failed)
      }
    }
    function Et(x) {
      const b = m.width / (e?.getBoundingClientRect().width || m.width),
        M = q.find(({ element: p }) => p.contains(document.activeElement))?.cluster.places[0]?.id
      ;(q = yt(x, (44 * b * h.width) / m.width).map(p => ({ cluster: p, element: Ct(p, b) }))),
        d.replaceChildren(...q.map(({ element: p }) => p)),
        B(),
        M !== void 0 && q.find(({ cluster: p }) => p.places.some(({ id: g }) => g === M))?.element.focus()
    }
    function Ct(x, b) {
      const [M] = x.places,
        p = x.places.length,
        g = p === 1 && M,
        R = g ? g.title : i.places.replace('{count}', String(p)),
        V = g
          ? A('a', { href: g.href })
          : A('g', { role: 'button', tabindex: '0', 'aria-haspopup': 'dialog' })
      V.setAttribute('class', 'map-mark place'), V.setAttribute('aria-label', R)
      const Pt = (g ? 8 : Math.min(20, 11 + 2 * Math.log2(p))) * b,
        nt = A('title', {})
      if (((nt.textContent = R), V.append(nt, A('circle', { r: Pt.toFixed(1) })), !g)) {
        const ot = A('text', { dy: '.35em', 'font-size': (12 * b).toFixed(1) })
        ;(ot.textContent = String(p)), V.append(ot)
        const rt = () => {
          const O = h.width <= $ * 1.01
          p > 40 && !O ? S(N(h, 3, U(h, x.at))) : E.open(x, R, V)
        }
        V.addEventListener('click', rt),
          V.addEventListener('keydown', O => {
            ;(O.key !== 'Enter' && O.key !== ' ') || (O.preventDefault(), rt())
          })
      }
      return V
    }
  }
}
function At(t, e, n) {
  let r = new Map(),
    s = 0
  e.addEventListener('pointerdown', o => {
    o.button === 0 && (r.size === 0 && (s = 0), r.set(o.pointerId, _(e, o)))
  }),
    e.addEventListener('pointermove', o => {
      const i = r.get(o.pointerId)
      if (!i) return
      if (o.buttons === 0) {
        r.delete(o.pointerId)
        return
      }
      const a = _(e, o),
        c = [...r].find(([f]) => f !== o.pointerId)?.[1]
      if (((s += Math.hypot(a.x - i.x, a.y - i.y)), s < 6)) return
      if ((e.hasPointerCapture(o.pointerId) || e.setPointerCapture(o.pointerId), r.set(o.pointerId, a), !c))
        return n.set(I(n.get(), a.x - i.x, a.y - i.y))
      const d = f => Math.hypot(f.x - c.x, f.y - c.y),
        u = { x: (a.x + c.x) / 2, y: (a.y + c.y) / 2 },
        l = I(n.get(), (a.x - i.x) / 2, (a.y - i.y) / 2)
      n.set(N(l, d(a) / Math.max(1, d(i)), u))
    })
  for (const o of ['pointerup', 'pointercancel']) e.addEventListener(o, i => r.delete(i.pointerId))
  e.addEventListener(
    'click',
    o => {
      s < 6 || (o.preventDefault(), o.stopPropagation())
    },
    !0,
  ),
    e.addEventListener('dragstart', o => o.preventDefault()),
    e.addEventListener(
      'wheel',
      o => {
        if (!o.ctrlKey && !o.metaKey && !t.contains(document.activeElement)) return
        const i = n.get(),
          a = o.deltaMode === 0 ? o.deltaY : o.deltaY * 20,
          c = N(i, 2 ** (-a / (o.ctrlKey ? 120 : 300)), _(e, o))
        ;(c.width === i.width && !o.ctrlKey) || (o.preventDefault(), n.set(c))
      },
      { passive: !1 },
    ),
    t.addEventListener('keydown', o => {
      if (o.ctrlKey || o.metaKey || o.altKey || o.target.closest('[popover]')) return
      const i = { x: m.width / 2, y: m.height / 2 },
        a = n.get(),
        c = 120,
        u = {
          ArrowLeft: () => n.glide(I(a, c, 0)),
          ArrowRight: () => n.glide(I(a, -c, 0)),
          ArrowUp: () => n.glide(I(a, 0, c)),
          ArrowDown: () => n.glide(I(a, 0, -c)),
          '+': () => n.glide(N(a, 2, i)),
          '=': () => n.glide(N(a, 2, i)),
          '-': () => n.glide(N(a, 0.5, i)),
          0: n.home,
        }[o.key]
      u && (o.preventDefault(), u())
    })
}
function _(t, e) {
  const n = t.getBoundingClientRect()
  return {
    x: ((e.clientX - n.left) / n.width) * m.width,
    y: ((e.clientY - n.top - n.height / 2) / n.width) * m.width + m.height / 2,
  }
}
function kt(t, e) {
  const n = document.createElement('div')
  n.className = 'map-tools'
  const r = (c, d, u) => {
      const l = document.createElement('button')
      ;(l.type = 'button'), (l.title = c), l.setAttribute('aria-label', c)
      const f = A('svg', {
        viewBox: '0 0 16 16',
        'aria-hidden': 'true',
        fill: 'none',
        stroke: 'currentColor',
        'stroke-width': '2',
        'stroke-linecap': 'round',
      })
      return (f.append(A('path', { d })), l.append(f), l.addEventListener('click', u), n.append(l), l)
    },
    s = r(t.zoomIn, 'M8 3v10M3 8h10', e.in),
    o = r(t.zoomOut, 'M3 8h10', e.out),
    i = r(t.reset, 'M3 6a5.5 5.5 0 1 1 0 4.5M2.5 2.5V6H6', e.home),
    a = (c, d) => c.setAttribute('aria-disabled', String(d))
  return {
    element: n,
    update(c, d) {
      a(s, c.width <= $), a(o, c.width >= P.width), a(i, c.x === d.x && c.y === d.y && c.width === d.width)
    },
  }
}
function St(t, e) {
  const n = document.createElement('div')
  return (
    (n.className = 'map-list'),
    n.setAttribute('popover', 'auto'),
    n.setAttribute('role', 'dialog'),
    t.append(n),
    {
      open({ places: r }, s, o) {
        const i = document.createElement('strong')
        i.textContent = s
        const a = document.createElement('button')
        ;(a.type = 'button'),
          (a.textContent = '\xD7'),
          a.setAttribute('aria-label', e.close),
          a.addEventListener('click', () => n.hidePopover())
        const c = document.createElement('header')
        c.append(i, a)
        const d = document.createElement('ul')
        for (const { title: T, type: k, href: S } of r) {
          const L = d.appendChild(document.createElement('li')),
            K = L.appendChild(document.createElement('a'))
          ;(K.href = S),
            (K.textContent = T),
            k && (L.appendChild(document.createElement('small')).textContent = k)
        }
        n.replaceChildren(c, d), n.setAttribute('aria-label', s), n.showPopover()
        const u = o.getBoundingClientRect(),
          { width: l, height: f } = n.getBoundingClientRect(),
          h = (T, k) => `${Math.max(8, Math.min(k - 8, T))}px`,
          z = u.bottom + 6 + f < innerHeight
        ;(n.style.left = h(u.left + u.width / 2 - l / 2, innerWidth - l)),
          (n.style.top = h(z ? u.bottom + 6 : u.top - f - 6, innerHeight - f)),
          d.querySelector('a')?.focus()
      },
    }
  )
}
function A(t, e) {
  const n = document.createElementNS('http://www.w3.org/2000/svg', t)
  for (const [r, s] of Object.entries(e)) n.setAttribute(r, s)
  return n
}
export { Tt as wake }
