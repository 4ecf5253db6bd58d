/** A roped party on its way up: what the name of the program means. Decoration, hence silent. */
export function RopePicture() {
  return (
    <svg class="rope" viewBox="0 0 460 190" aria-hidden="true">
      <path
        class="rope-far"
        d="M20 190C60 168 86 108 116 92c16-8 28 22 46 18 26-6 40-62 66-70 20-6 34 34 52 40l50 110z"
      />
      <path class="rope-hill" d={`${climb}C404 44 428 132 460 190z`} />
      <path class="rope-line" d={climb} />
      <g class="rope-party">
        <circle cx="140" cy="152" r="6" />
        <circle cx="188.5" cy="135" r="6" />
        <circle cx="228" cy="107" r="6" />
        <circle cx="310" cy="66" r="6" />
      </g>
      <circle class="rope-last" cx="72" cy="173" r="6" />
    </svg>
  )
}

const climb = 'M0 190C50 182 96 166 140 152s56-16 88-45 54-16 82-41 46-22 78-46'
