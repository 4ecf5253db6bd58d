import { aPage } from '../../../../test/factories.ts'

/** A small commons in four languages, with what search has to tell apart. */
export const pages = {
  'fr.md': aPage(
    'Le séchoir',
    { thematic_areas: 'énergie renouvelable', country: 'Togo', year: '2021' },
    'Un séchoir qui marche à l’énergie solaire, au cœur du village.',
  ),
  'en.md': aPage(
    'The dryer',
    { country: 'Ghana', year: '2022' },
    'A dryer that runs on solar energy, built after covid-19 for 2021-2030.',
  ),
  'es.md': aPage(
    'El secador',
    { country: 'Peru' },
    'Un secador que funciona con energía solar para todas las familias del barrio.',
  ),
  'wind.md': aPage(
    'Wind mill',
    { country: ['Togo', 'Ghana'], year: '2021' },
    'A mill that needs wind and no solar panels, whatever the weather brings to the coast.',
  ),
  'winds.md': aPage(
    'Solar energies of the coast',
    { year: '2022' },
    'Solar energies from the coast, measured by the people of the coast over the winds.',
  ),
  'waste.md': aPage(
    'Les ordures',
    { type: 'learningplan' },
    '> Which energy is used by the solar dryer?\n\nLa collecte des ordures ménagères et des déchets du marché.\n\n[[focal_point:solaire]] [[gender:solaire]]\n\n<div class="group">\n\n> Solaire ?\n\nNon, du bois.\n\n</div>\n',
  ),
  'tea.md': aPage('Le thé vert', {}, 'Une tisane de thé vert cultivée par la coopérative des montagnes.'),
  'title.md': aPage('Lombricompost', {}, 'Des vers qui travaillent pour le jardin de l’école.'),
  'anger.md': aPage('La colère', {}, 'Comment une réunion se calme quand la parole circule.'),
  'body.md': aPage(
    'Le jardin',
    {},
    'Au jardin de l’école on essaie le lombricompost avec les élèves de la ville.',
  ),
}
