import LambdaStreamingRuntime

// One function with all samples: a request's path chooses one, or {"sample":"hello"} when an SDK invokes it.
try await streamifyResponse { event, responseStream, context in
    let request = try SampleRequest(event)
    switch request.sample {
    case "hello": try await hello(request, responseStream)
    case "gzip": try await gzip(request, event, responseStream)
    case "photo": try await photo(responseStream)
    case "page": try await page(request, responseStream)
    case "broken": try await broken(request, responseStream)
    case "": try await index(responseStream)
    default: try await notFound(request, responseStream)
    }
}
