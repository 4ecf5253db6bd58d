import type { ApiSchema } from '#http/api-documentation.ts'

/** How a value looks, as those who write programs read it: `uuid | null`, `"public" | "network"`, `integer 1…200 = 50`. */
export function shapeOf(schema: ApiSchema): string {
  const begins = schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`
  return bareShape(schema) + begins
}

/** What an object is made of, by name; of anything else nothing. */
export function fieldsOf(schema: ApiSchema, components: Record<string, ApiSchema>): ApiField[] {
  const { properties = {}, required = [] } = resolved(schema, components)
  return Object.entries(properties).map(([name, field]) => ({
    name,
    shape: shapeOf(field),
    description: field.description ?? '',
    required: required.includes(name),
  }))
}

export interface ApiField {
  name: string
  shape: string
  description: string
  required: boolean
}

function bareShape(schema: ApiSchema): string {
  const { $ref, enum: values, anyOf, oneOf, items } = schema
  if ($ref) return $ref.slice($ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (values) return values.map(value => JSON.stringify(value)).join(' | ')
  const choices = anyOf ?? oneOf
  if (choices) return [...new Set(choices.map(bareShape))].join(' | ')
  const types = [schema.type ?? 'object'].flat()
  return types
    .map(type => {
      if (type === 'array') return items ? `${grouped(bareShape(items))}[]` : 'array'
      if (type === 'string') return (schema.format ?? 'string') + bounds(schema.minLength, schema.maxLength)
      if (type === 'integer' || type === 'number') return type + bounds(schema.minimum, schema.maximum)
      return type
    })
    .join(' | ')
}

function grouped(shape: string): string {
  return shape.includes(' ') ? `(${shape})` : shape
}

function bounds(least: number | undefined, most: number | undefined): string {
  return least === undefined && most === undefined ? '' : ` ${least ?? ''}…${most ?? ''}`
}

function resolved(schema: ApiSchema, components: Record<string, ApiSchema>): ApiSchema {
  const name = schema.$ref?.slice(schema.$ref.lastIndexOf('/') + 1)
  return (name === undefined ? schema : components[name]) ?? {}
}
