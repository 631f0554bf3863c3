/** Calls each module of the API reference by the name under which it is imported. */
export function load(app) {
  app.converter.on("resolveBegin", ({ project }) => {
    for (const module of project.children ?? []) {
      module.name = `@countersign/${module.name.replace(/\/src$|\/src(?=\/)/, "")}`;
    }
  });
}
