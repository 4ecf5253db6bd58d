import { z } from 'zod'
import { definitionSchema } from '#modules/commons/templates/definition-schema.ts'

/**
 * The form of a definition as JSON Schema, for editors and programs that write one. What its parts must have to do with each
 * other no such schema can say: `readDefinition` checks that. Kept in `templates/template.schema.json`.
 */
export function definitionJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(definitionSchema, { io: 'input', target: 'draft-2020-12' })
  const title = 'A template of Cordée: what a kind of page of the commons asks (docs/templates.md)'
  return { $schema, title, ...schema }
}
