/**
 * In V8 before 13 (Node before 24) `Object.setPrototypeOf`, which Express calls for each request, leaves every request and every response
 * with a hidden class of its own. No inline cache ever hits them again, and each property that is added makes one more class: seven of
 * them cost a third of a delivery. As dictionaries all requests have one class again.
 */
const OWN_CLASSES = Number(process.versions.v8.split(".")[0]) < 13;

/**
 * Has V8 keep the properties of an object in a dictionary, which it does once one is deleted that was not the last. The property is put
 * back as it was: only its place in the order of properties is another.
 *
 * @param name a property that Express has set
 */
export function asDictionary(object: object, name: string): void {
  if (!OWN_CLASSES) return;
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (property?.configurable !== true) return;
  Reflect.deleteProperty(object, name);
  Object.defineProperty(object, name, property);
}
