export {
  findTemplate,
  type TemplateChoice,
  templateChoices,
} from '#modules/programmes/templates/catalogue.ts'
export { shippedTemplate, shippedTemplates } from '#modules/programmes/templates/shipped.ts'
export type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
