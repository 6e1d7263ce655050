import LambdaStreamingRuntime

/// The part of an event that selects a function. A function URL sends it; an SDK may send `{"rawPath":"/hello"}`.
struct Route: Decodable {
    var rawPath: String?
}

try await streamifyResponse { event, responseStream, context in
    switch try event.decoded(as: Route.self).rawPath ?? "/" {
    case "/": try await index(responseStream)
    case "/hello": try await hello(event, responseStream, context)
    case "/gzip": try await gzip(event, responseStream, context)
    case "/photo": try await photo(event, responseStream, context)
    case "/page": try await page(event, responseStream, context)
    case let path: try await notFound(path, responseStream)
    }
}
