import { tagFamily } from './tag-family.ts'

/** Whether a line of plain text is navigation of the site an article was copied from, not its text. */
export function isBoilerplate(line: string): boolean {
  if (line.length > LONGEST) return false
  return /^©|^\(c\)\s/i.test(line) || LINES.has(line.toLowerCase())
}

/** The same text without such lines. */
export function withoutBoilerplate(text: string): string {
  return text
    .split('\n')
    .filter(line => !isBoilerplate(line))
    .join('\n')
}

/** Whether two lines say the same but for case, accents and punctuation. */
export function sameWords(one: string, other: string): boolean {
  if (one.length > LONGEST_COMPARED || other.length > LONGEST_COMPARED) return one === other
  return one === other || (one.length > 0 && tagFamily(one) === tagFamily(other))
}

const LONGEST = 90
const LONGEST_COMPARED = 400

const LINES: ReadonlySet<string> = new Set(
  [
    'skip to main content|who we are|what we do|our impact|get involved|our focus|global|search|home|read more|view more',
    'blog|blogs|publications|stories|projects|news centre|news center|press releases|united nations|about us|our team',
    'development programme|funding and delivery|legal framework|leadership|partnerships|partners|contact us|jobs|careers',
    'procurement|report fraud, abuse, misconduct|submit social or environmental complaint|scam alert|terms of use',
    'related publications|download|original article published here|share|author|authors',
    'aller au contenu principal|nous connaître|notre travail|notre impact|nous rejoindre|lire la suite|voir plus|à propos',
    'a propos|actualités|cadre légal|financement et exécution|notre équipe|nos priorités|domaines prioritaires|emplois',
    'programme des nations unies|pour le développement|objectifs de développement durable|centre de presse|histoires',
    'projets|acquisitions|contactez-nous|signaler une fraude, un abus, une inconduite|publications connexes|télécharger',
    'déposer une réclamation sociale ou environnementale|alerte à la fraude|conditions d’utilisation|auteur|auteurs',
    "conditions d'utilisation|accueil|rechercher|alerte fraude",
    'pasar al contenido principal|quiénes somos|qué hacemos|nuestro impacto|involúcrate|leer más|ver más|sobre nosotros',
    'sobre nosotras y nosotros|financiamiento y ejecución|marco legal|objetivos de desarrollo sostenible|inicio|buscar',
    'programa de las naciones unidas|para el desarrollo|centro de prensa|publicaciones|proyectos|adquisiciones|empleo',
    'alerta de fraude|términos de uso|informar fraude, abuso, mala conducta|presentar denuncia social o ambiental',
    'contáctenos|descargar|autor|autores|autoras|sustainable development goals|publicaciones relacionadas',
    'passar para o conteúdo principal|pular para o conteúdo principal|quem somos|o que fazemos|nosso impacto|participe',
    'o nosso impacto|ler mais|leia mais|ver mais|sobre nós|programa das nações unidas|para o desenvolvimento|projetos',
    'publicações|termos de uso|contacte-nos|descarregar|baixar|facebook|twitter|linkedin|instagram|whatsapp',
  ].flatMap(line => line.split('|')),
)
