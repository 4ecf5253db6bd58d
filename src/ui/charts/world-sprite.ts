import { worldDots, worldShapes } from '#reference/world.ts'

/**
 * The land outlines, as one file that every map of the site refers to (`<use href="…#land">`), so that they are loaded
 * once. It has no colour of its own: fill and stroke are inherited from the `<use>`, which the style sheet colours.
 * `#land` is everything, `#CI` one country, `#dots` the marks of countries too small to be seen.
 */
export function worldSprite(): string {
  const land = worldShapes()
    .map(({ code, path }) => `<path id="${code}" d="${path}" ${keepStroke}/>`)
    .join('\n')
  const dots = worldDots()
    .map(({ x, y }) => `M${x} ${y}h0`)
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg"><g id="land">\n${land}\n</g><path id="dots" d="${dots}" ${keepStroke}/></svg>\n`
}

const keepStroke = 'vector-effect="non-scaling-stroke"'
