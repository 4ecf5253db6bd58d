/** A roped party on its way up: what the name of the program means. Decoration, hence silent. */
export function RopePicture() {
  return (
    <svg class="rope" viewBox="0 0 460 190" aria-hidden="true">
      <path class="rope-far" d="M120 190 210 96l34 24 62-66 40 28 52-56 62 60v104z" />
      <path class="rope-hill" d="M0 182 62 166l62-16 50-28 56-18 46-30 60-14 52-34 72-22v186H0z" />
      <path class="rope-line" d="M52 160c30 4 40-14 66-17s32-22 52-29 34-8 56-19 26-26 48-31 34-2 56-12" />
      <g class="rope-party">
        <circle cx="118" cy="143" r="6" />
        <circle cx="170" cy="114" r="6" />
        <circle cx="226" cy="95" r="6" />
        <circle cx="274" cy="64" r="6" />
        <circle cx="330" cy="52" r="6" />
      </g>
      <circle class="rope-last" cx="52" cy="160" r="6" />
    </svg>
  )
}
